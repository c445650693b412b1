//! The tables behind the sentences, parsed once.

/// A slot of a filler sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// A list of `lexicon.txt`.
    List(usize),
    /// Any word of `words.txt`, by Zipf's law.
    Word,
    /// One of the report's own topic words.
    Topic,
    /// A commune, a person, a firm, a document with its number, a zone.
    Commune,
    /// A person's name.
    Person,
    /// A firm.
    Firm,
    /// A resolution, decision or programme with its number and date.
    Doc,
    /// A zone of the province.
    Zone,
    /// A number between 2 and 40.
    Few,
    /// A number between 50 and 900.
    Many,
    /// `tỉnh Quảng Ninh`.
    Place,
    /// `năm 2019`.
    Year,
    /// The publishing office.
    Board,
    /// Day and month.
    Day,
}

/// A piece of a filler sentence.
#[derive(Clone, Copy, Debug)]
pub enum Piece {
    /// Words as they stand.
    Text(&'static str),
    /// A slot.
    Slot(Slot),
}

/// A unit with its time, as the table of provinces has it.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Slug.
    pub slug: &'static str,
    /// Name.
    pub name: &'static str,
    /// Whether it is a city under the central government.
    pub city: bool,
    /// Whether it is a region.
    pub region: bool,
    /// First and last day of validity, `""` where open.
    pub valid: (&'static str, &'static str),
}

/// All tables.
#[derive(Debug)]
pub struct Lexicon {
    lists: Vec<(&'static str, Vec<&'static str>)>,
    /// Words of two syllables, most frequent first.
    pub words: Vec<&'static str>,
    sections: Vec<(&'static str, Vec<Vec<Piece>>)>,
    /// Provinces, then regions.
    pub units: Vec<Unit>,
}

const REGIONS: &[(&str, &str)] = &[
    (
        "trung-du-mien-nui-phia-bac",
        "Trung du và miền núi phía Bắc",
    ),
    ("dong-bang-song-hong", "Đồng bằng sông Hồng"),
    (
        "bac-trung-bo-duyen-hai-mien-trung",
        "Bắc Trung Bộ và duyên hải miền Trung",
    ),
    ("tay-nguyen", "Tây Nguyên"),
    ("dong-nam-bo", "Đông Nam Bộ"),
    ("dong-bang-song-cuu-long", "Đồng bằng sông Cửu Long"),
];

fn sections(text: &'static str) -> Vec<(&'static str, Vec<&'static str>)> {
    let mut out: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in text
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
    {
        match line.strip_prefix("= ") {
            Some(name) => out.push((name, Vec::new())),
            None => out.last_mut().expect("a section is open").1.push(line),
        }
    }
    out
}

impl Lexicon {
    /// Parses the tables; takes about a millisecond.
    pub fn load() -> Self {
        let lists = sections(include_str!("lexicon.txt"));
        let slot = |name: &str| match name {
            "word" => Slot::Word,
            "topic" => Slot::Topic,
            "commune" => Slot::Commune,
            "person" => Slot::Person,
            "firm" => Slot::Firm,
            "doc" => Slot::Doc,
            "zone" => Slot::Zone,
            "n" => Slot::Few,
            "n2" => Slot::Many,
            "place" => Slot::Place,
            "year" => Slot::Year,
            "board" => Slot::Board,
            "dm" => Slot::Day,
            list => Slot::List(
                lists
                    .iter()
                    .position(|(n, _)| *n == list)
                    .unwrap_or_else(|| panic!("no list {list}")),
            ),
        };
        let compile = |line: &'static str| {
            let mut pieces = Vec::new();
            let mut rest = line;
            while let Some((text, tail)) = rest.split_once('{') {
                let (name, tail) = tail.split_once('}').expect("slots are closed");
                if !text.is_empty() {
                    pieces.push(Piece::Text(text));
                }
                pieces.push(Piece::Slot(slot(name)));
                rest = tail;
            }
            if !rest.is_empty() {
                pieces.push(Piece::Text(rest));
            }
            pieces
        };
        let sections = sections(include_str!("filler.txt"))
            .into_iter()
            .map(|(name, lines)| (name, lines.into_iter().map(compile).collect()))
            .collect();
        let mut units: Vec<Unit> = include_str!("../../src/model/provinces.tsv")
            .lines()
            .filter(|l| !l.starts_with('#') && !l.is_empty())
            .skip(1)
            .map(|line| {
                let row: Vec<&str> = line.split('\t').collect();
                Unit {
                    slug: row[0],
                    name: row[1],
                    city: row[2] == "thanh-pho",
                    region: false,
                    valid: (row[4], row[5]),
                }
            })
            .collect();
        units.extend(REGIONS.iter().map(|(slug, name)| Unit {
            slug,
            name,
            city: false,
            region: true,
            valid: ("", ""),
        }));
        Self {
            words: include_str!("words.txt")
                .lines()
                .filter(|l| !l.starts_with('#') && !l.is_empty())
                .collect(),
            lists,
            sections,
            units,
        }
    }

    /// The list called `name`.
    pub fn list(&self, name: &str) -> &[&'static str] {
        let found = self.lists.iter().find(|(n, _)| *n == name);
        &found.unwrap_or_else(|| panic!("no list {name}")).1
    }

    /// The list with this number.
    pub fn list_at(&self, at: usize) -> &[&'static str] {
        &self.lists[at].1
    }

    /// The number of the section called `name`.
    pub fn section(&self, name: &str) -> usize {
        let found = self.sections.iter().position(|(n, _)| *n == name);
        found.unwrap_or_else(|| panic!("no section {name}"))
    }

    /// The sentences of a section.
    pub fn sentences(&self, section: usize) -> &[Vec<Piece>] {
        &self.sections[section].1
    }
}
