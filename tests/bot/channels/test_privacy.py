"""What is kept where: the person's own words with the person, elsewhere only what is needed there."""

from __future__ import annotations

from contextlib import closing

import sqlalchemy as sa

WORDS = "担当の田中（090-1234-5678、t@example.jp）です。商標登録第6543210号が中国で取られました"
PERSONAL = ("田中", "090-1234-5678", "t@example.jp", "6543210")


def _all_files(server) -> bytes:
    return b"".join(path.read_bytes() for path in server.data_dir.rglob("*") if path.is_file())


def test_the_person_reads_again_what_they_typed(talk):
    talk.say(WORDS)
    assert [("person", WORDS, True)] == talk.said()[:1]


def test_rasa_is_told_the_case_and_not_who_it_is(talk, rasa):
    talk.say(WORDS)
    (told,) = rasa.said
    assert "中国で取られました" in told
    assert "商標登録第" in told
    assert [] == [piece for piece in PERSONAL if piece in told]


def test_a_comment_is_kept_without_who_wrote_it(server, talk):
    talk.say("相談")
    body = {"message_id": 3, "helpful": False, "comment": f"{WORDS}。答えが違います\x07"}
    assert 204 == talk.client.post(f"{talk.path}/feedback", json=body, headers=talk.headers).status_code
    with closing(server.services.database.engine.connect()) as connection:
        own = sa.text("SELECT comment FROM feedback WHERE conversation = :id")
        kept = connection.execute(own, {"id": talk.id}).scalar_one()
    assert [] == [piece for piece in (*PERSONAL, "\x07") if piece in kept]


def test_what_is_deleted_is_in_no_file_any_more(start):
    """Also not in what a database leaves behind: free pages, its write-ahead log."""
    server = start()
    talk, other = server.begin(), server.begin()
    mark = "消えるべき言葉"
    talk.say(f"{mark}です")
    other.say("残るべき言葉です")
    talk.client.post(
        f"{talk.path}/feedback",
        json={"message_id": 3, "helpful": True, "comment": mark},
        headers=talk.headers,
    )
    assert mark.encode() in _all_files(server)
    assert 204 == talk.client.delete(talk.path, headers=talk.headers).status_code
    left = _all_files(server)
    assert mark.encode() not in left
    assert talk.id.encode() not in left
    assert "残るべき言葉".encode() in left
