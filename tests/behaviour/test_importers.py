"""Import of tables: formats, bad rows, matching, and all or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avrec_desktop.api.errors import AvrecError, Cancelled, InputError
from avrec_desktop.behaviour.community import read_blocks
from avrec_desktop.behaviour.importers import import_file
from avrec_desktop.jobs import Job
from tests.behaviour.conftest import Rooms

BEHAVIOUR = "user_id,video_id,interest,rating\n1,10,0.9,5\n1,11,0.2,1\n2,10,0.5,3\n"
FEATURES = "video_id,category,duration\n10,music,30\n11,sport,40\n12,music,20\n"


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def stored(rooms: Rooms) -> list[tuple[str, str, float, float]]:
    """Return (user, key, strength, time) of what counts, in the order of the file."""
    out = []
    with rooms.library.database.read() as db:
        users = dict(db.execute("SELECT id, name FROM community_users").fetchall())
        keys = dict(db.execute("SELECT id, key FROM community_items").fetchall())
        for b in read_blocks(db, "import_id IN (SELECT id FROM imports WHERE state = 'done')"):
            columns = (b.users.tolist(), b.items.tolist(), b.values.tolist(), b.times.tolist())
            out += [(users[u], keys[i], v, at) for u, i, v, at in zip(*columns, strict=True)]
    return out


def things(rooms: Rooms) -> dict[str, tuple[int | None, str | None, int | None, str | None]]:
    with rooms.library.database.read() as db:
        rows = db.execute(
            "SELECT key, max(item_id) AS item_id, max(title) AS title, max(year) AS year, max(category) AS category"
            " FROM community_items GROUP BY key"
        ).fetchall()
    return {r["key"]: (r["item_id"], r["title"], r["year"], r["category"]) for r in rows}


def test_the_two_tables_lie_together(rooms: Rooms, tmp_path: Path) -> None:
    acts = import_file(rooms, write(tmp_path, "user_behavior.csv", BEHAVIOUR), None, Job())
    items = import_file(rooms, write(tmp_path, "video_feature.csv", FEATURES), None, Job())
    assert (acts.format, acts.items, acts.interactions, acts.skipped) == ("behaviour", 2, 3, [])
    assert (items.format, items.items, items.interactions) == ("items", 3, 0)
    assert stored(rooms) == [("1", "10", 1.0, 0.0), ("1", "11", -1.0, 0.0), ("2", "10", pytest.approx(0.1), 0.0)]
    assert {key: row[3] for key, row in things(rooms).items()} == {"10": "music", "11": "sport", "12": "music"}


def test_importing_again_replaces_and_another_file_of_the_folder_does_not(rooms: Rooms, tmp_path: Path) -> None:
    first = write(tmp_path, "one.csv", BEHAVIOUR)
    import_file(rooms, first, None, Job())
    import_file(rooms, write(tmp_path, "two.csv", "user_id,video_id,rating\n7,10,5\n"), None, Job())
    import_file(rooms, first, None, Job())
    assert sorted(row[0] for row in stored(rooms)) == ["1", "1", "2", "7"]
    assert sorted(things(rooms)) == ["10", "11"]


def test_bad_rows_are_listed_by_line_and_the_rest_is_imported(rooms: Rooms, tmp_path: Path) -> None:
    text = "user_id,video_id,rating\n1,10,5\n1,11,good\n,12,4\n1,13\n1,14,nan\n\n2,15,4\n"
    result = import_file(rooms, write(tmp_path, "b.csv", text), None, Job())
    assert result.interactions == 2
    reasons = {row["row"]: row["reason"] for row in result.skipped}
    assert sorted(reasons) == [3, 4, 5, 6]
    assert "rating is 'good', not a number" in reasons[3]
    assert "user_id is empty" in reasons[4]
    assert "2 cells, and the header has 3" in reasons[5]


@pytest.mark.parametrize(
    ("text", "form", "says"),
    [
        ("user_id,rating\n1,5\n", "behaviour", "no column for the item"),
        ("video_id,rating\n1,5\n", "behaviour", "no column for the user"),
        ("a,b\n1,2\n", None, "columns are not known: a, b"),
        ("user_id,video_id,rating\n1,2,high\n", None, "no row of it can be used.*rating is 'high', not a number"),
        ("", None, "the file is empty"),
        ("user_id,user_id\n1,2\n", None, "named twice"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", None, "not a text file"),
    ],
)
def test_an_unusable_table_is_named_with_the_reason(
    rooms: Rooms, tmp_path: Path, text: str | bytes, form: str | None, says: str
) -> None:
    path = write(tmp_path, "bad.csv", text)
    with pytest.raises(InputError, match=says) as caught:
        import_file(rooms, path, form, Job())
    assert caught.value.path == str(path)
    assert stored(rooms) == [] and things(rooms) == {}


def test_a_missing_file_and_an_unknown_format_are_refused(rooms: Rooms, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        import_file(rooms, tmp_path / "none.csv", None, Job())
    with pytest.raises(InputError, match="no format 'xls'"):
        import_file(rooms, write(tmp_path, "b.csv", BEHAVIOUR), "xls", Job())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_of_spreadsheets_are_read(rooms: Rooms, tmp_path: Path, encoding: str) -> None:
    text = "user_id;video_id;rating\n张;x;5\n"
    import_file(rooms, write(tmp_path, "b.csv", text.encode(encoding)), None, Job())
    assert stored(rooms) == [("张", "x", 1.0, 0.0)]


class _CancelledWhileStoring(Job):
    """A job that is cancelled when the rows are being written."""

    def progress(self, done: int, total: int | None = None, message: str = "", **values: float) -> None:
        if message == "Storing":
            self.cancel()
        super().progress(done, total, message, **values)


def test_a_cancelled_import_leaves_nothing_half_imported(rooms: Rooms, tmp_path: Path) -> None:
    path = write(tmp_path, "b.csv", BEHAVIOUR)
    import_file(rooms, path, None, Job())
    before = stored(rooms)
    write(tmp_path, "b.csv", "user_id,video_id,rating\n9,99,5\n")
    with pytest.raises(Cancelled):
        import_file(rooms, path, None, _CancelledWhileStoring())
    assert stored(rooms) == before
    assert "99" not in things(rooms)


def test_movielens_100k_brings_genres_titles_and_years(rooms: Rooms, tmp_path: Path) -> None:
    folder = tmp_path / "ml-100k"
    flags = ["0"] * 19
    flags[1] = flags[15] = "1"
    item = "|".join(["5", "Matrix, The (1999)", "01-Jan-1999", "", "http://example.org", *flags])
    cafe = "|".join(["6", "Café", "", "", "", *(["0"] * 19)])
    write(folder, "u.item", f"{item}\n{cafe}\n".encode("latin-1"))
    write(folder, "u.data", "196\t5\t5\t881250949\n196\t6\tbad\t1\n22\t6\t1\t878887116\n")
    result = import_file(rooms, folder, None, Job())
    assert (result.format, result.items, result.interactions) == ("movielens", 2, 2)
    assert [row["row"] for row in result.skipped] == [2]
    assert stored(rooms)[0] == ("196", "5", 1.0, 881250949.0)
    assert things(rooms)["5"] == (1, "The Matrix", 1999, "Action|Sci-Fi")
    assert things(rooms)["6"][1] == "Café"


def test_movielens_csv_folders_are_read(rooms: Rooms, tmp_path: Path) -> None:
    write(tmp_path, "ml/ratings.csv", "userId,movieId,rating,timestamp\n1,4,4.5,964982703\n")
    write(tmp_path, "ml/movies.csv", 'movieId,title,genres\n4,"Heat (1995)",Action|Crime\n')
    import_file(rooms, tmp_path / "ml", None, Job())
    assert things(rooms)["4"] == (2, "Heat", 1995, "Action|Crime")
    assert stored(rooms) == [("1", "4", pytest.approx(0.8), 964982703.0)]


def test_a_folder_of_something_else_says_what_is_expected(rooms: Rooms, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    with pytest.raises(InputError, match=r"nothing in it is known.*u\.data"):
        import_file(rooms, tmp_path / "photos", None, Job())


@pytest.mark.parametrize(
    ("title", "year", "item"),
    [
        ("the matrix", 1999, 1),  # letters of another case
        ("The Matrlx", 1999, None),  # one letter of ten differs: not sure enough
        ("Rain on the Rooff", 2001, 4),  # nearly the same, and the library knows no year
        ("Heat", 1995, 2),
        ("Heat", None, None),  # two films of that name
        ("Heat", 2013, None),  # another film of that name
        ("春江花月夜", None, 5),
        ("Something Else", 1999, None),
    ],
)
def test_titles_match_only_when_surely_the_same(
    rooms: Rooms, tmp_path: Path, title: str, year: int | None, item: int | None
) -> None:
    import_file(rooms, write(tmp_path, "v.csv", f"video_id,title,year\nk,{title},{year or ''}\n"), None, Job())
    assert things(rooms)["k"][0] == item


def test_paths_match_and_numbers_do_not(rooms: Rooms, tmp_path: Path) -> None:
    text = "user,path,rating\nann,/films/2 Heat.mkv,5\nann,/films/none.mkv,4\n"
    import_file(rooms, write(tmp_path, "p.csv", text), None, Job())
    import_file(rooms, write(tmp_path, "n.csv", "user,item,rating\nann,2,5\n"), None, Job())
    found = {key: row[0] for key, row in things(rooms).items()}
    assert found == {"/films/2 Heat.mkv": 2, "/films/none.mkv": None, "2": None}


def test_a_behaviour_table_with_titles_matches_by_them(rooms: Rooms, tmp_path: Path) -> None:
    text = "user,item,title,rating,date\nann,x,Heat (1986),5,2024-05-01\nann,x,Heat (1986),4,2024-05-02\n"
    result = import_file(rooms, write(tmp_path, "t.csv", text), None, Job())
    assert (result.items, result.interactions, result.skipped) == (1, 2, [])
    assert things(rooms)["x"][:3] == (3, "Heat", 1986)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda t: ("user_id,video_id,rating\n" + t).encode()))
def test_any_bytes_are_imported_or_refused_with_a_message(rooms: Rooms, tmp_path: Path, data: bytes) -> None:
    path = write(tmp_path, "any.csv", data)
    try:
        result = import_file(rooms, path, None, Job())
    except AvrecError as error:
        named = error.path
    else:
        named = str(path)
        assert result.interactions + result.items > 0
    assert named == str(path)
