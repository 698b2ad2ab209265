import threading

import pytest
import sqlalchemy as sa

from xiaofu.database import open_engine


def pragma(engine, name):
    with engine.connect() as connection:
        return connection.execute(sa.text(f"PRAGMA {name}")).scalar()


def test_the_folder_of_an_sqlite_file_is_made(tmp_path):
    path = tmp_path / "new" / "deeper" / "xiaofu.db"
    engine = open_engine(f"sqlite:///{path}")
    assert pragma(engine, "journal_mode") == "wal"
    assert path.exists()
    engine.dispose()


@pytest.mark.parametrize(("durable", "synchronous"), [(True, 2), (False, 1)])
def test_a_commit_waits_for_the_disk_unless_told_otherwise(tmp_path, durable, synchronous):
    engine = open_engine(f"sqlite:///{tmp_path / 'xiaofu.db'}", durable=durable)
    assert pragma(engine, "synchronous") == synchronous
    assert pragma(engine, "foreign_keys") == 1
    assert pragma(engine, "busy_timeout") >= 5000
    engine.dispose()


def test_a_writer_waits_for_another_instead_of_failing(tmp_path):
    url = f"sqlite:///{tmp_path / 'xiaofu.db'}"
    first, second = open_engine(url), open_engine(url)
    with first.begin() as connection:
        connection.execute(sa.text("CREATE TABLE said (word TEXT)"))
    holds, lets_go = threading.Event(), threading.Event()

    def hold():
        with first.begin() as connection:
            connection.execute(sa.text("INSERT INTO said VALUES ('first')"))
            holds.set()
            lets_go.wait(5)

    holder = threading.Thread(target=hold)
    holder.start()
    holds.wait(5)
    threading.Timer(0.2, lets_go.set).start()
    with second.begin() as connection:
        connection.execute(sa.text("INSERT INTO said VALUES ('second')"))
    holder.join()
    with second.connect() as connection:
        words = connection.execute(sa.text("SELECT word FROM said")).scalars().all()
    assert words == ["first", "second"]
    first.dispose()
    second.dispose()


def test_a_reader_is_not_held_up_by_a_writer(tmp_path):
    url = f"sqlite:///{tmp_path / 'xiaofu.db'}"
    first, second = open_engine(url), open_engine(url)
    with first.begin() as connection:
        connection.execute(sa.text("CREATE TABLE said (word TEXT)"))
    with first.begin() as writing, second.connect() as reading:
        writing.execute(sa.text("INSERT INTO said VALUES ('unheard')"))
        assert reading.execute(sa.text("SELECT count(*) FROM said")).scalar() == 0
    first.dispose()
    second.dispose()


def test_another_database_gets_no_sqlite_settings():
    engine = open_engine("postgresql://xiaofu@127.0.0.1:1/none")
    assert engine.dialect.name == "postgresql"
