const events = document.getElementById("events");
for (const name of ["open", "close", "message", "advice", "error", "forget"]) {
  document.addEventListener(`navi-${name}`, (event) => {
    events.value += `${name} ${JSON.stringify(event.detail)}\n`;
  });
}
document.getElementById("ask").addEventListener("click", () => {
  document.querySelector("kaigai-chizai-navi").ask("海外で自社の偽物が出回っている");
});
