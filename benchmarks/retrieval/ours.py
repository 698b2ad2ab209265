"""
小福's side: python -m benchmarks.retrieval.ours FILE DATABASE. Prints what was measured as JSON.

Vectors are kept in the database, as in operation; what encoding takes once is said apart.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from benchmarks.retrieval.measured import measure
from knowledge_base.encoder import installed
from knowledge_base.names import Names
from knowledge_base.search import Document, Search
from knowledge_base.store import KnowledgeStore
from knowledge_base.vectors import Memory
from xiaofu.database import open_engine


def main() -> None:
    path, database = sys.argv[1:]
    told = json.loads(Path(path).read_text(encoding="utf-8"))
    store = KnowledgeStore(open_engine(f"sqlite:///{database}", durable=False))
    store.create_tables()
    encoder = installed()
    begun = time.perf_counter()
    if encoder:
        encode(told["entries"], Memory(encoder, store))
    encoded = time.perf_counter() - begun
    memory = Memory(encoder, store) if encoder else None

    def build(entries):
        documents = (Document(id, (text,)) for id, text in entries)
        search = Search(
            documents, Names({}), encoder=encoder, recall=memory.recall if memory else None
        )

        def find(question):
            nearest = search.nearest(question, 1)
            return nearest[0].id if nearest else None

        return find

    find_once(encoder)
    result = measure(build, told["entries"], told["questions"])
    print(json.dumps({**result, "encode_s": encoded, "encoder": encoder and encoder.name}))


def encode(entries: list[tuple[str, str]], memory: Memory) -> None:
    """Building a search asks for the vectors; those that wait are encoded then."""
    documents = (Document(id, (text,)) for id, text in entries)
    Search(documents, Names({}), encoder=memory.encoder, recall=memory.recall)
    memory.catch_up()


def find_once(encoder) -> None:
    """Load what every process loads, so that only the entries count for memory."""
    Names({"laws": {"民法典": ["民法典"]}}).find("民法典")  # spaCy
    Search([Document("a", ("居住证",))], Names({}), encoder=encoder).nearest("請問居住證", 1)


if __name__ == "__main__":
    main()
