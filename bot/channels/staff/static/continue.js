/** Gives the web chat the conversation that an operator handed over, and opens it. */
const form = document.querySelector("#continue");
const problem = document.querySelector("#problem");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  problem.textContent = "";
  let answer, body;
  try {
    answer = await fetch("/continue", { method: "POST", body: new FormData(form) });
    body = await answer.json();
  } catch {
    problem.textContent = form.dataset.unreachable;
    return;
  }
  if (!answer.ok) {
    problem.textContent = body.error.message;
    return;
  }
  // Where the web chat keeps its conversation: see the widget's session.js.
  localStorage.setItem(`kaigai-chizai-navi ${location.origin}`, JSON.stringify(body));
  location.assign("/");
});
