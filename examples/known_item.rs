//! Known-item search: how high the article stands that a query was made of.
//!
//! usage: cargo run --release --example known_item -- REPORTS.ndjson [--half dev|test] [--queries N] [--index DIR] [--of title,sentence,words]
//!
//! Queries are made of an article: its title and one sentence, a sentence alone, or five to eight content words of a sentence. Each is asked
//! as written (`accented`), without marks (`bare`), with the marks of every other word (`half`), without tones but with shapes (`toneless`), with one slip of the finger (`typo`,
//! `bare typo`), with the tone mark on the other vowel (`tones`), and decomposed (`nfd`). Weights are chosen on one half of the articles and
//! reported on the other. Beside each MRR@10 stands that of BM25 over folded words in one field, which is what generic engines
//! do at best.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;

use baocao::query::SearchRequest;
use baocao::{Engine, IndexRequest};
use unicode_normalization::UnicodeNormalization;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[derive(serde::Deserialize)]
struct Article {
    title: String,
    body: String,
}

const KINDS: [&str; 8] = [
    "accented",
    "bare",
    "half",
    "toneless",
    "typo",
    "bare typo",
    "tones",
    "nfd",
];

/// Words that a question is not made of.
const STOP: &[&str] = &[
    "là", "và", "của", "các", "những", "được", "trong", "có", "cho", "với", "một", "này", "đó",
    "ở", "tại", "từ", "đến", "khi", "như", "thì", "mà", "để", "cũng", "đã", "sẽ", "đang", "bị",
    "vào", "ra", "về", "theo", "trên", "dưới", "do", "bởi", "vì", "nên", "hay", "hoặc", "rằng",
    "nhưng", "ông", "bà", "nó", "họ", "khác", "nhiều", "sau", "trước", "còn", "không", "rất",
    "lại", "thể",
];

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

struct Item {
    article: usize,
    title: String,
    sentence: String,
    words: String,
}

struct Row {
    ours: f64,
    theirs: f64,
    recall: f64,
    times: Vec<f64>,
    plain_times: Vec<f64>,
}

fn main() -> Result<(), Failure> {
    let mut args = std::env::args().skip(1);
    let (mut file, mut queries, mut dir) = (None, 1000, None);
    let (mut half, mut of) = (1, "title,sentence,words".to_owned());
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--queries" => queries = args.next().ok_or("a number")?.parse()?,
            "--half" => half = usize::from(args.next().ok_or("dev or test")? != "dev"),
            "--index" => dir = Some(PathBuf::from(args.next().ok_or("a folder")?)),
            "--of" => of = args.next().ok_or("title,sentence,words")?,
            _ => file = Some(PathBuf::from(arg)),
        }
    }
    let file = file
        .ok_or("usage: known_item REPORTS.ndjson [--half dev|test] [--queries N] [--index DIR]")?;
    let work = tempfile::tempdir()?;
    let dir = dir.unwrap_or_else(|| work.path().join("index"));
    let mut articles = Vec::new();
    for line in BufReader::new(std::fs::File::open(&file)?).lines() {
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
    let items = items(&articles, queries, half);
    println!("{} articles, {} queries", articles.len(), items.len());
    println!("MRR@10 of baocao and of plain BM25, recall@10; ms: p50, p99, p50 of plain");
    for of in of.split(',') {
        for kind in KINDS {
            let row = run(&engine, &plain, &items, of, kind)?;
            println!(
                "{of:9} {kind:10} {:7.4} {:7.4} {:8.4} {:7.2} {:7.2} {:7.2}",
                row.ours,
                row.theirs,
                row.recall,
                at(&row.times, 0.5),
                at(&row.times, 0.99),
                at(&row.plain_times, 0.5),
            );
        }
    }
    Ok(())
}

fn at(times: &[f64], share: f64) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times
        .get((times.len() as f64 * share) as usize)
        .copied()
        .unwrap_or_default()
}

/// Articles of one half with a sentence each.
fn items(articles: &[Article], queries: usize, half: usize) -> Vec<Item> {
    let mut random = Random(0x5eed + half as u64);
    let mut items = Vec::new();
    let mut tries = 0;
    while items.len() < queries && tries < queries * 100 {
        tries += 1;
        let i = random.next(articles.len());
        let sentences: Vec<&str> = articles[i]
            .body
            .split(['.', '\n'])
            .map(str::trim)
            .filter(|s| (8..=30).contains(&s.split_whitespace().count()))
            .collect();
        if i % 2 != half || sentences.len() < 2 {
            continue;
        }
        let sentence = sentences[1 + random.next(sentences.len() - 1)];
        let content: Vec<&str> = sentence
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty() && !STOP.contains(&w.to_lowercase().as_str()))
            .collect();
        if content.len() < 5 {
            continue;
        }
        let count = (5 + random.next(4)).min(content.len());
        let from = random.next(content.len() - count + 1);
        items.push(Item {
            article: i,
            title: articles[i].title.clone(),
            sentence: sentence.to_owned(),
            words: content[from..from + count].join(" "),
        });
    }
    items
}

fn query(item: &Item, of: &str, kind: &str, random: &mut Random) -> String {
    let whole = match of {
        "title" => format!("{} {}", item.title, item.sentence),
        "sentence" => item.sentence.clone(),
        _ => item.words.clone(),
    };
    let text = match kind {
        "bare" => bare(&whole),
        "half" => whole
            .split_whitespace()
            .enumerate()
            .map(|(k, w)| if k % 2 == 0 { w.to_owned() } else { bare(w) })
            .collect::<Vec<_>>()
            .join(" "),
        "toneless" => toneless(&whole),
        "typo" => slip(&whole, random),
        "bare typo" => slip(&bare(&whole), random),
        "tones" => other_placement(&whole),
        "nfd" => whole.nfd().collect(),
        _ => whole,
    };
    // Signs of the query language are letters of the sentence here.
    text.chars()
        .map(|c| match c {
            '"' | '(' | ')' | '-' | '*' | '~' | ':' | '<' | '>' | '=' | '“' | '”' => ' ',
            c => c,
        })
        .collect()
}

fn run(
    engine: &Engine,
    plain: &Plain,
    items: &[Item],
    of: &str,
    kind: &str,
) -> Result<Row, Failure> {
    let part = |items: &[Item], first: usize| -> Result<Row, Failure> {
        let mut row = Row {
            ours: 0.0,
            theirs: 0.0,
            recall: 0.0,
            times: Vec::new(),
            plain_times: Vec::new(),
        };
        for (n, item) in items.iter().enumerate() {
            let mut random = Random(0x9e37_79b9 * (first + n + 1) as u64);
            random.next(2);
            let query = query(item, of, kind, &mut random);
            let started = std::time::Instant::now();
            let response = engine.search(&SearchRequest {
                query: query.clone(),
                snippets: false,
                figures: 0,
                facets: true,
                ..SearchRequest::default()
            })?;
            row.times.push(started.elapsed().as_secs_f64() * 1e3);
            let id = item.article.to_string();
            let rank = response
                .hits
                .iter()
                .position(|hit| hit.id == id || hit.id.ends_with(&format!("#{id}")));
            if let Some(rank) = rank {
                row.ours += 1.0 / (rank + 1) as f64;
                row.recall += 1.0;
            }
            if std::env::var_os("MISSES").is_some() && rank != Some(0) {
                eprintln!(
                    "{of}\t{kind}\t{}\t{rank:?}\t{}\t{query}\t{:?}",
                    item.title,
                    response.hits.first().map_or("", |h| &h.title),
                    response.suggestion
                );
            }
            {
                let started = std::time::Instant::now();
                let rank = plain.rank(&query, item.article)?;
                row.plain_times.push(started.elapsed().as_secs_f64() * 1e3);
                if let Some(rank) = rank {
                    row.theirs += 1.0 / (rank + 1) as f64;
                }
            }
        }
        Ok(row)
    };
    let middle = items.len() / 2;
    let (mut a, b) = std::thread::scope(|scope| {
        let second = scope.spawn(|| part(&items[middle..], middle));
        (part(&items[..middle], 0), second.join().expect("no panic"))
    });
    let (a, b) = (a.as_mut().map_err(|e| e.to_string())?, b?);
    let n = items.len() as f64;
    a.times.extend(b.times);
    a.plain_times.extend(b.plain_times);
    Ok(Row {
        ours: (a.ours + b.ours) / n,
        theirs: (a.theirs + b.theirs) / n,
        recall: (a.recall + b.recall) / n,
        times: std::mem::take(&mut a.times),
        plain_times: std::mem::take(&mut a.plain_times),
    })
}

/// As typed without any marks, letters otherwise as they are.
fn bare(text: &str) -> String {
    text.nfd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .map(|c| match c {
            'đ' => 'd',
            'Đ' => 'D',
            c => c,
        })
        .collect()
}

/// Typed without tone marks, the letters with their shapes: `đương` for `đường`.
fn toneless(text: &str) -> String {
    let is_tone = |c: &char| matches!(c, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}');
    text.nfd().filter(|c| !is_tone(c)).nfc().collect()
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

/// `hoà` as `hòa` and `hòa` as `hoà`, `thuý` as `thúy` and back.
fn other_placement(text: &str) -> String {
    const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];
    text.split(' ')
        .map(|word| {
            let mut parts: Vec<char> = word.nfd().collect();
            let n = parts.len();
            if n < 4 || matches!(parts[n - 4], 'q' | 'Q') {
                return word.to_owned();
            }
            let open = |a, b| matches!((a, b), ('o', 'a' | 'e') | ('u', 'y'));
            if TONES.contains(&parts[n - 1]) && open(parts[n - 3], parts[n - 2])
                || TONES.contains(&parts[n - 2]) && open(parts[n - 3], parts[n - 1])
            {
                parts.swap(n - 1, n - 2);
                return parts.into_iter().nfc().collect();
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
    reader: tantivy::IndexReader,
}

impl Plain {
    fn new(articles: &[Article]) -> Result<Self, Failure> {
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
            reader,
        })
    }

    fn rank(&self, query: &str, wanted: usize) -> Result<Option<usize>, Failure> {
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
