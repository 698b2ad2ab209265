"""
The others: python peers.py NAME FILE, run by the Python that requirements/peers.txt is installed
in. Prints what was measured as JSON.
"""

from __future__ import annotations

import json
import re
import sqlite3
import sys

from measured import measure


def haystack(entries):
    """Haystack's in-memory BM25, as shipped."""
    from haystack import Document
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    store = InMemoryDocumentStore()
    store.write_documents([Document(id=id, content=text) for id, text in entries])
    retriever = InMemoryBM25Retriever(store, top_k=1)

    def find(question):
        found = retriever.run(query=question)["documents"]
        return found[0].id if found else None

    return find


def fts5(entries):
    """SQLite's full-text index, as shipped: a run of Chinese characters is one word."""
    return _fts5(entries, "unicode61", lambda text: re.findall(r"\w+", text))


def fts5_trigram(entries):
    """SQLite's full-text index on any three characters in a row."""
    return _fts5(entries, "trigram", lambda text: [text[n : n + 3] for n in range(len(text) - 2)])


def _fts5(entries, tokenizer, words):
    base = sqlite3.connect(":memory:")
    base.execute(f"CREATE VIRTUAL TABLE entry USING fts5(id UNINDEXED, text, tokenize={tokenizer})")
    base.executemany("INSERT INTO entry VALUES (?, ?)", entries)

    def find(question):
        asked = " OR ".join('"' + word.replace('"', '""') + '"' for word in words(question))
        if not asked:
            return None
        found = base.execute(
            "SELECT id FROM entry WHERE text MATCH ? ORDER BY rank LIMIT 1", [asked]
        ).fetchone()
        return found and found[0]

    return find


def tantivy(entries):
    """tantivy (Lucene's ranking in Rust) on the words that jieba makes of a text."""
    import jieba
    import tantivy as engine

    jieba.setLogLevel(60)
    jieba.initialize()
    schema = engine.SchemaBuilder()
    schema.add_text_field("id", stored=True, tokenizer_name="raw")
    schema.add_text_field("text", stored=False, tokenizer_name="whitespace")
    index = engine.Index(schema.build())
    writer = index.writer(num_threads=1)
    for id, text in entries:
        writer.add_document(engine.Document(id=id, text=" ".join(jieba.cut_for_search(text))))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def find(question):
        words = {word for word in jieba.cut_for_search(question) if word.strip()}
        wanted = [
            (engine.Occur.Should, engine.Query.term_query(index.schema, "text", word))
            for word in sorted(words)
        ]
        hits = searcher.search(engine.Query.boolean_query(wanted), 1).hits
        return searcher.doc(hits[0][1])["id"][0] if hits else None

    return find


PEERS = {
    "haystack": haystack,
    "fts5": fts5,
    "fts5-trigram": fts5_trigram,
    "tantivy": tantivy,
}


def main():
    name, path = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        told = json.load(file)
    entries = [tuple(entry) for entry in told["entries"]]
    print(json.dumps(measure(PEERS[name], entries, told["questions"])))


if __name__ == "__main__":
    main()
