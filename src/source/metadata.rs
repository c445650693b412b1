//! Metadata given beside the texts: `metadata.csv` in a folder, and the values of front matter and records.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::GivenData;
use crate::model::{Period, Places};
use crate::text::normal::nfc;

/// Lower case ASCII letters and digits with single hyphens: `Quảng Ninh` is `quang-ninh`.
fn slug(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
    {
        match c {
            'đ' | 'ð' => out.push('d'),
            c if c.is_ascii_alphanumeric() => out.push(c),
            _ if !out.is_empty() && !out.ends_with('-') => out.push('-'),
            _ => {}
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    out
}

static PLACES: LazyLock<FxHashMap<String, &'static str>> = LazyLock::new(|| {
    let mut map = FxHashMap::default();
    for (_, place) in Places::get().iter() {
        map.insert(place.slug.clone(), place.slug.as_str());
    }
    for (_, place) in Places::get().iter() {
        for name in std::iter::once(&place.name).chain(&place.aliases) {
            map.entry(slug(name)).or_insert(place.slug.as_str());
        }
    }
    map
});

/// The slug of a place by its slug, name or another spelling, with or without `tỉnh`, `thành phố`, `vùng` before it.
pub(crate) fn place_slug(value: &str) -> Option<&'static str> {
    let slug = slug(value);
    let bare = ["tinh-", "thanh-pho-", "tp-", "vung-"]
        .iter()
        .find_map(|prefix| slug.strip_prefix(prefix));
    [Some(slug.as_str()), bare]
        .into_iter()
        .flatten()
        .find_map(|slug| PLACES.get(slug).copied())
}

/// `2020-07-08`, `08/07/2020`, `8-7-2020`, `8.7.2020`, with a time of day behind it or not, as `2020-07-08`.
pub(crate) fn date(value: &str) -> Option<String> {
    let day = value.split(['T', ' ']).next()?;
    let parts: Vec<&str> = day.split(['-', '/', '.']).collect();
    let [a, b, c] = parts[..] else { return None };
    let (year, month, day) = if a.len() == 4 { (a, b, c) } else { (c, b, a) };
    let (year, month, day): (u32, u32, u32) =
        (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    ((1900..2200).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day))
        .then(|| format!("{year:04}-{month:02}-{day:02}"))
}

impl GivenData {
    /// Takes one named value; an empty value is not given, an unknown name is passed over.
    ///
    /// # Errors
    /// What is wrong with the value; it is then not taken.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let value = value.trim();
        if value.is_empty() {
            return Ok(());
        }
        let text = || Some(nfc(value.to_owned()));
        match name {
            "title" => self.title = text(),
            "publisher" => self.publisher = text(),
            "url" => self.url = text(),
            "province" | "provinces" => {
                for name in value
                    .split([';', ',', '|'])
                    .map(str::trim)
                    .filter(|n| !n.is_empty())
                {
                    let slug = place_slug(name).ok_or_else(|| {
                        format!("unknown province '{name}'; a slug such as quang-ninh or a name is expected")
                    })?;
                    if !self.provinces.iter().any(|s| s == slug) {
                        self.provinces.push(slug.to_owned());
                    }
                }
            }
            "period" => {
                let period: Period = value.parse().map_err(|error| format!("{error}"))?;
                self.period = Some(period);
            }
            "published" | "date" => {
                let date = date(value).ok_or_else(|| {
                    format!("'{value}' is no date; expected one such as 2020-07-08")
                })?;
                self.published = Some(date);
            }
            _ => {}
        }
        Ok(())
    }
}

/// One row of a `metadata.csv`.
#[derive(Clone, Debug, Default)]
struct Row {
    given: GivenData,
    line: u64,
}

/// The rows of one `metadata.csv`, by path below its folder.
#[derive(Clone, Debug, Default)]
struct Table {
    rows: FxHashMap<String, Row>,
}

/// All `metadata.csv` met on a walk, each read once.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    tables: FxHashMap<PathBuf, Option<Table>>,
    /// What was wrong in them, in the order of reading.
    pub warnings: Vec<String>,
}

impl Tables {
    /// What the tables say of a file: that in its own folder, then those of the folders above it up to `root`; a nearer
    /// table wins cell by cell.
    pub fn given(&mut self, file: &Path, root: &Path) -> GivenData {
        let mut given = GivenData::default();
        let mut folder = file.parent();
        while let Some(dir) = folder {
            if let Some(table) = self.table(dir) {
                let below: Vec<_> = file
                    .strip_prefix(dir)
                    .unwrap_or(file)
                    .components()
                    .map(|c| c.as_os_str().to_string_lossy().nfc().collect::<String>())
                    .collect();
                if let Some(row) = table.rows.get(&below.join("/")) {
                    given = given.or(row.given.clone());
                }
            }
            if dir == root {
                break;
            }
            folder = dir.parent();
        }
        given
    }

    fn table(&mut self, dir: &Path) -> Option<&Table> {
        if !self.tables.contains_key(dir) {
            let path = dir.join("metadata.csv");
            let table = match std::fs::read(&path) {
                Ok(bytes) => Some(self.parse(&path, &bytes)),
                Err(error) => {
                    if error.kind() != std::io::ErrorKind::NotFound {
                        self.warnings
                            .push(format!("{}: cannot be read: {error}", path.display()));
                    }
                    None
                }
            };
            self.tables.insert(dir.to_owned(), table);
        }
        self.tables[dir].as_ref()
    }

    fn parse(&mut self, path: &Path, bytes: &[u8]) -> Table {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut warn = |line: u64, detail: &str| {
            self.warnings
                .push(format!("{}:{line}: {detail}", path.display()));
        };
        let mut table = Table::default();
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(bytes);
        let headers: Vec<String> = match reader.headers() {
            Ok(headers) => headers.iter().map(str::to_lowercase).collect(),
            Err(error) => {
                warn(1, &error.to_string());
                return table;
            }
        };
        let Some(key) = headers.iter().position(|h| h == "path" || h == "file") else {
            warn(1, "no column 'path'; the table is not used");
            return table;
        };
        for record in reader.records() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    warn(line, &error.to_string());
                    continue;
                }
            };
            let line = record.position().map_or(0, csv::Position::line);
            let Some(name) = record.get(key).filter(|name| !name.is_empty()) else {
                continue;
            };
            let mut row = Row {
                line,
                ..Row::default()
            };
            for (header, cell) in headers.iter().zip(&record) {
                if let Err(detail) = row.given.set(header, cell) {
                    warn(line, &detail);
                }
            }
            let name = name.replace('\\', "/").nfc().collect::<String>();
            let name = name.strip_prefix("./").unwrap_or(&name).to_owned();
            if let Some(earlier) = table.rows.get(&name) {
                warn(
                    line,
                    &format!("'{name}' stands in line {} already", earlier.line),
                );
            }
            if path.parent().is_some_and(|dir| !dir.join(&name).exists()) {
                warn(line, &format!("there is no '{name}'"));
            }
            table.rows.insert(name, row);
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_known_by_any_usual_spelling() {
        for (value, slug) in [
            ("quang-ninh", "quang-ninh"),
            ("Quảng Ninh", "quang-ninh"),
            ("tỉnh Quảng Ninh", "quang-ninh"),
            ("TP Hải Phòng", "hai-phong"),
            ("ĐBSH", "dong-bang-song-hong"),
            ("vùng Đồng bằng sông Hồng", "dong-bang-song-hong"),
        ] {
            assert_eq!(place_slug(value), Some(slug), "{value}");
        }
        assert_eq!(place_slug("Atlantis"), None);
        assert_eq!(place_slug(""), None);
    }

    #[test]
    fn dates_are_read_in_both_orders() {
        assert_eq!(date("2020-07-08T10:00:00Z").as_deref(), Some("2020-07-08"));
        assert_eq!(date("8/7/2020").as_deref(), Some("2020-07-08"));
        for bad in ["", "2020", "32/1/2020", "1/13/2020", "x/y/z", "hôm qua"] {
            assert_eq!(date(bad), None, "{bad}");
        }
    }

    #[test]
    fn empty_cells_are_not_given_and_wrong_ones_are_told() {
        let mut tables = Tables::default();
        let csv = "path,province,period,published,title\n\
                   a.txt,ha-nam,,,\n\
                   sub\\b.txt,Atlantis,2020-Z,31.12.2020,\"Một, hai\"\n";
        let table = tables.parse(Path::new("x/metadata.csv"), csv.as_bytes());
        assert_eq!(table.rows["a.txt"].given.provinces, ["ha-nam"]);
        assert_eq!(table.rows["a.txt"].given.period, None);
        let b = &table.rows["sub/b.txt"].given;
        assert_eq!(
            (b.title.as_deref(), b.published.as_deref()),
            (Some("Một, hai"), Some("2020-12-31"))
        );
        assert_eq!(tables.warnings.len(), 4, "{:?}", tables.warnings);
        assert!(tables.warnings[1].starts_with("x/metadata.csv:3: unknown province 'Atlantis'"));
    }
}
