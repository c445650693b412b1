//! Prints the figures of text files as NDJSON, without an index: `figures FILE|FOLDER…`. A `metadata.csv` beside the files with
//! columns `path` and `province` gives provinces.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use baocao::annotate::{Given, annotate};
use baocao::model::Taxonomy;
use baocao::text::repair;

fn files(path: &Path, out: &mut Vec<PathBuf>) {
    if path.is_dir() {
        let mut inside: Vec<PathBuf> = std::fs::read_dir(path)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        inside.sort();
        for path in inside {
            files(&path, out);
        }
    } else if path.extension().is_some_and(|e| e == "txt" || e == "md") {
        out.push(path.to_owned());
    }
}

fn metadata(folder: &Path) -> HashMap<String, String> {
    let text = std::fs::read_to_string(folder.join("metadata.csv")).unwrap_or_default();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let column = |name: &str| header.iter().position(|h| h.trim() == name);
    let (Some(path), Some(province)) = (column("path"), column("province")) else {
        return HashMap::new();
    };
    lines
        .filter_map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            Some((
                cells.get(path)?.trim().to_owned(),
                cells.get(province)?.trim().to_owned(),
            ))
        })
        .collect()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut list = Vec::new();
    for argument in std::env::args().skip(1) {
        files(Path::new(&argument), &mut list);
    }
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for path in list {
        let text = String::from_utf8_lossy(&std::fs::read(&path)?).into_owned();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let given = Given {
            provinces: metadata(path.parent().unwrap_or(Path::new(".")))
                .get(name.as_ref())
                .map(|p| vec![p.clone()])
                .unwrap_or_default(),
            ..Given::default()
        };
        // Spans point into the restored reading here; the index leads them back to the stored text.
        let reading = repair::restore(&text);
        for figure in annotate(&reading.text, &given, Taxonomy::get()).figures {
            let mut json = serde_json::to_value(&figure)?;
            json["path"] = path.to_string_lossy().into();
            writeln!(out, "{json}")?;
        }
    }
    Ok(())
}
