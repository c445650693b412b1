//! Known-item search: how high the article stands that a query was made of.
//!
//! usage: cargo run --release --example known_item -- REPORTS.ndjson [--docs N] [--queries N] [--index DIR]
//!
//! Queries are the title and one sentence of an article, as written (`accented`), without marks (`bare`), with the marks of every
//! other word (`half`), with one slip of the finger (`typo`, `baretypo`), with the old tone placement (`old`), and decomposed (`nfd`); `sentence` and
//! `baresentence` leave the title out. Beside each MRR@10 stands that of BM25 over folded words in one field, which is what generic
//! engines do at best.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;

use baocao::query::SearchRequest;
use baocao::{Engine, IndexRequest};
use unicode_normalization::UnicodeNormalization;

#[derive(serde::Deserialize)]
struct Article {
    #[serde(default)]
    id: serde_json::Value,
    title: String,
    body: String,
}

/// A small generator of numbers, so that every run asks the same.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below.max(1) as u64) as usize
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let (mut file, mut docs, mut queries, mut dir) = (None, usize::MAX, 1000, None);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--docs" => docs = args.next().ok_or("a number")?.parse()?,
            "--queries" => queries = args.next().ok_or("a number")?.parse()?,
            "--index" => dir = Some(PathBuf::from(args.next().ok_or("a folder")?)),
            _ => file = Some(PathBuf::from(arg)),
        }
    }
    let file =
        file.ok_or("usage: known_item REPORTS.ndjson [--docs N] [--queries N] [--index DIR]")?;
    let work = tempfile::tempdir()?;
    let dir = dir.unwrap_or_else(|| work.path().join("index"));
    let mut articles = Vec::new();
    for line in BufReader::new(std::fs::File::open(&file)?)
        .lines()
        .take(docs)
    {
        articles.push(serde_json::from_str::<Article>(&line?)?);
    }
    let engine = Engine::open_or_create(&dir)?;
    if engine.is_empty() {
        let ndjson = work.path().join("articles.ndjson");
        let mut out = std::io::BufWriter::new(std::fs::File::create(&ndjson)?);
        for (i, a) in articles.iter().enumerate() {
            writeln!(
                out,
                "{}",
                serde_json::json!({"id": i.to_string(), "title": a.title, "body": a.body})
            )?;
        }
        out.flush()?;
        drop(out);
        engine.index(&IndexRequest::new([&ndjson]))?;
    }
    let plain = Plain::new(&articles)?;
    let mut random = Random(0x5eed);
    let mut items = Vec::new();
    while items.len() < queries {
        let i = random.next(articles.len());
        let sentences: Vec<&str> = articles[i]
            .body
            .split(['.', '\n'])
            .map(str::trim)
            .filter(|s| (6..=30).contains(&s.split_whitespace().count()))
            .collect();
        if sentences.len() < 2 {
            continue;
        }
        let sentence = sentences[1 + random.next(sentences.len() - 1)];
        items.push((i, articles[i].title.clone(), sentence.to_owned()));
    }
    let bare = |s: &str| baocao::text::fold(s);
    println!("{} articles, {} queries", articles.len(), items.len());
    println!(
        "{:14} {:>7} {:>7} {:>8} {:>8}",
        "kind", "baocao", "plain", "recall", "ms"
    );
    for kind in [
        "accented",
        "bare",
        "half",
        "typo",
        "baretypo",
        "old",
        "nfd",
        "sentence",
        "baresentence",
    ] {
        let (mut ours, mut theirs, mut recall, mut ms) = (0.0, 0.0, 0.0, 0.0);
        for (i, title, sentence) in &items {
            let whole = format!("{title} {sentence}");
            let query = match kind {
                "accented" => whole,
                "bare" => bare(&whole),
                "half" => whole
                    .split_whitespace()
                    .enumerate()
                    .map(|(k, w)| if k % 2 == 0 { w.to_owned() } else { bare(w) })
                    .collect::<Vec<_>>()
                    .join(" "),
                "typo" => slip(&whole, &mut random),
                "baretypo" => slip(&bare(&whole), &mut random),
                "old" => old_placement(&whole),
                "nfd" => whole.nfd().collect(),
                "sentence" => sentence.clone(),
                _ => bare(sentence),
            };
            // Signs of the query language are letters of the sentence here.
            let query: String = query
                .chars()
                .map(|c| {
                    if matches!(c, '"' | '(' | ')' | '-' | '*' | '~' | ':' | '<' | '>' | '=') {
                        ' '
                    } else {
                        c
                    }
                })
                .collect();
            let response = engine.search(&SearchRequest {
                query: query.clone(),
                snippets: false,
                figures: 0,
                ..SearchRequest::default()
            })?;
            ms += response.took_ms;
            let id = i.to_string();
            let rank = response
                .hits
                .iter()
                .position(|hit| hit.id == id || hit.id.ends_with(&format!("#{id}")));
            if let Some(rank) = rank {
                ours += 1.0 / (rank + 1) as f64;
                recall += 1.0;
            } else if std::env::var_os("MISSES").is_some() {
                eprintln!("{kind}\t{}\t{query}", articles[*i].id);
            }
            if let Some(rank) = plain.rank(&query, *i)? {
                theirs += 1.0 / (rank + 1) as f64;
            }
        }
        let n = items.len() as f64;
        println!(
            "{kind:14} {:7.4} {:7.4} {:8.4} {:8.2}",
            ours / n,
            theirs / n,
            recall / n,
            ms / n
        );
    }
    Ok(())
}

/// One letter of one longer word left out, doubled, swapped or replaced by a neighbour on the keyboard.
fn slip(text: &str, random: &mut Random) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let long: Vec<usize> = (0..words.len())
        .filter(|&i| words[i].chars().count() >= 3 && words[i].chars().all(char::is_alphabetic))
        .collect();
    if long.is_empty() {
        return text.to_owned();
    }
    let at = long[random.next(long.len())];
    let mut letters: Vec<char> = words[at].chars().collect();
    let k = random.next(letters.len());
    match random.next(4) {
        0 => {
            letters.remove(k);
        }
        1 => letters.insert(k, letters[k]),
        2 if k + 1 < letters.len() => letters.swap(k, k + 1),
        _ => letters[k] = ['s', 'n', 'g', 'i', 'o', 'h', 't', 'x'][random.next(8)],
    }
    let changed: String = letters.into_iter().collect();
    let mut words: Vec<String> = words.into_iter().map(str::to_owned).collect();
    words[at] = changed;
    words.join(" ")
}

/// `hoà` as `hòa`, `thuý` as `thúy`.
fn old_placement(text: &str) -> String {
    text.split(' ')
        .map(|word| {
            let parts: Vec<char> = word.nfd().collect();
            let n = parts.len();
            if n >= 4
                && matches!(
                    parts[n - 1],
                    '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}'
                )
                && matches!((parts[n - 3], parts[n - 2]), ('o', 'a' | 'e') | ('u', 'y'))
                && parts[n - 4] != 'q'
            {
                let mut moved = parts.clone();
                moved.swap(n - 1, n - 2);
                return moved.into_iter().nfc().collect();
            }
            word.to_owned()
        })
        .collect::<Vec<String>>()
        .join(" ")
}

/// BM25 over folded words, title and text in one field.
struct Plain {
    index: tantivy::Index,
    field: tantivy::schema::Field,
    id: tantivy::schema::Field,
    reader: tantivy::IndexReader,
}

impl Plain {
    fn new(articles: &[Article]) -> Result<Self, Box<dyn std::error::Error>> {
        use tantivy::schema::{FAST, Schema, TEXT};
        let mut schema = Schema::builder();
        let field = schema.add_text_field("text", TEXT);
        let id = schema.add_u64_field("id", FAST);
        let index = tantivy::Index::create_in_ram(schema.build());
        let mut writer: tantivy::IndexWriter = index.writer(100_000_000)?;
        for (i, a) in articles.iter().enumerate() {
            let text =
                baocao::text::fold(&format!("{} {}", a.title, a.body).nfc().collect::<String>());
            writer.add_document(tantivy::doc!(field => text, id => i as u64))?;
        }
        writer.commit()?;
        let reader = index.reader()?;
        Ok(Self {
            index,
            field,
            id,
            reader,
        })
    }

    fn rank(
        &self,
        query: &str,
        wanted: usize,
    ) -> Result<Option<usize>, Box<dyn std::error::Error>> {
        use tantivy::collector::TopDocs;
        let folded: String = baocao::text::fold(&query.nfc().collect::<String>())
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { ' ' })
            .collect();
        let parser = tantivy::query::QueryParser::for_index(&self.index, vec![self.field]);
        let (query, _) = parser.parse_query_lenient(&folded);
        let searcher = self.reader.searcher();
        let hits = searcher.search(&query, &TopDocs::with_limit(10).order_by_score())?;
        for (rank, (_, address)) in hits.iter().enumerate() {
            let column = searcher
                .segment_reader(address.segment_ord)
                .fast_fields()
                .u64_lenient("id")?;
            let found = column.and_then(|(column, _)| column.first(address.doc_id));
            if found == Some(wanted as u64) {
                return Ok(Some(rank));
            }
        }
        Ok(None)
    }
}
