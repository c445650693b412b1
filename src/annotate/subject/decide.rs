//! Who of the places named are the subjects: what every mention weighs, and which weight carries a report.

use rustc_hash::FxHashMap;

use super::super::layout::{Layout, Line};
use super::super::overview::Defined;
use super::super::places::{self, MentionKind, PlaceNames};
use super::super::{Evidence, Given, PlaceFinding};
use super::{PlaceReading, held};
use crate::model::{PlaceId, PlaceKind, Places};
use crate::text::Tokens;

/// Weight of a mention by what it stands as.
pub(super) fn base_weight(kind: MentionKind) -> f32 {
    match kind {
        MentionKind::Board => 3.0,
        MentionKind::Customs => 2.5,
        MentionKind::Office => 2.0,
        MentionKind::Unit | MentionKind::Bloc => 1.5,
        MentionKind::Zone => 1.3,
        MentionKind::Name => 1.0,
        MentionKind::Town => 0.6,
        MentionKind::Initials => 0.5,
        MentionKind::Venue => 0.4,
        MentionKind::Part | MentionKind::Press => 0.1,
    }
}

/// Whether a line at the end of a text signs it: a name, or an office with its departments, `Phòng Tổng hợp - Cục Thống kê X`.
fn signs(text: &str, tokens: &Tokens, line: Line, kind: MentionKind) -> bool {
    let closing = tokens.list()[line.end as usize - 1].span.of(text);
    let office = matches!(
        kind,
        MentionKind::Board | MentionKind::Customs | MentionKind::Office
    );
    line.words <= 10 || office && line.words <= 18 && closing != "."
}

/// Whether the words of a headline, from one token to another, tell of a meeting or a feast.
fn meets(tokens: &Tokens, first: u32, end: u32) -> bool {
    let word = |at: u32| {
        tokens
            .list()
            .get(at as usize)
            .map_or("", |t| tokens.exact(t))
    };
    (first..end).any(|at| {
        matches!(
            (word(at), word(at + 1)),
            ("hội", "nghị" | "thảo" | "chợ" | "đàm")
                | ("diễn", "đàn")
                | ("khai", "mạc" | "trương")
                | ("tổ", "chức")
                | ("làm", "việc")
                | ("họp" | "lễ" | "gặp" | "thăm", _)
        )
    })
}

fn kind_name(kind: MentionKind) -> &'static str {
    match kind {
        MentionKind::Board => "board",
        MentionKind::Customs => "customs",
        MentionKind::Office => "office",
        MentionKind::Unit => "unit",
        MentionKind::Bloc => "bloc",
        MentionKind::Zone => "zone",
        MentionKind::Name => "name",
        MentionKind::Town => "town",
        MentionKind::Initials => "initials",
        MentionKind::Venue => "venue",
        MentionKind::Part => "part",
        MentionKind::Press => "press",
    }
}

/// What speaks for one place.
#[derive(Default)]
struct Score {
    title: f32,
    lead: f32,
    body: f32,
    /// Sentences with mentions that are more than parts of names and venues.
    real: u32,
    /// The last of those sentences.
    last: Option<usize>,
    /// Place of the first mention in the text.
    first: usize,
    /// Mentions of its towns and districts.
    towns: u32,
    /// Mentions as the place of a meeting or an event.
    venues: u32,
    /// Its boards and offices are named.
    official: bool,
    /// Names of its papers.
    press: u32,
    /// It is named otherwise than in a bracket behind another name.
    firm: bool,
    evidence: Vec<(f32, Evidence)>,
}

impl Score {
    fn total(&self) -> f32 {
        // Repetition counts less and less.
        self.title + self.lead + self.body.powf(0.85)
    }
}

/// Below this weight a place is mentioned, no more.
const ENOUGH: f32 = 2.2;
/// The same where the text names no other.
const ALONE: f32 = 1.5;
/// Pieces of evidence kept for each place.
const KEPT: usize = 8;

impl PlaceReading {
    pub(super) fn decide(
        &mut self,
        text: &str,
        tokens: &Tokens,
        given: &Given,
        names: &PlaceNames,
    ) {
        let places = Places::get();
        let title_line = self.layout.title();
        let lines = self.layout.lines();
        let body = self
            .layout
            .sentences()
            .iter()
            .position(|s| {
                let line = lines[s.line as usize];
                Some(s.line as usize) != title_line && line.words >= 12 && !line.caption
            })
            .unwrap_or(0);
        let mut scores: FxHashMap<PlaceId, Score> = FxHashMap::default();
        let given_title = given.title.as_deref().map(|title| {
            let tokens = crate::text::tokenize(title);
            let layout = Layout::new(title, &tokens);
            let found = places::find(title, &tokens, &layout, names);
            (found.mentions, tokens, title)
        });
        let title_words = given_title.as_ref().map(|(_, tokens, _)| {
            tokens
                .list()
                .iter()
                .map(|t| tokens.folded(t))
                .collect::<Vec<_>>()
        });
        let is_title = |line: usize| match &title_words {
            None => Some(line) == title_line,
            Some(words) => self.layout.is_of_title(line, tokens, words),
        };
        let mut titled = false;
        let mut times: FxHashMap<PlaceId, u32> = FxHashMap::default();
        for mention in &self.mentions {
            *times.entry(mention.place).or_default() += 1;
        }
        for (mention, span) in self.mentions.iter().zip(&self.spans) {
            let Some(sentence) = self.layout.sentence_at(span.start) else {
                continue;
            };
            let line_index = self.layout.sentences()[sentence].line as usize;
            let line = lines[line_index];
            let mut weight = base_weight(mention.kind);
            if mention.listed {
                weight *= 0.35;
            }
            if mention.aside {
                weight *= 0.1;
            }
            let score = scores.entry(mention.place).or_default();
            // Without a headline, the name that the text opens with stands for one (`Hậu Giang là một tỉnh …`).
            let opens = title_line.is_none() && given_title.is_none() && mention.first <= 1;
            let title = is_title(line_index) || opens;
            titled |= title;
            let venue = title && mention.kind == MentionKind::Venue;
            let meeting = venue && meets(tokens, line.first, line.end);
            // `Giải ngân vốn đầu tư công ở X`: no meeting is held there.
            if venue && !meeting {
                weight = base_weight(MentionKind::Name);
            }
            if title && !meeting {
                // A place in the headline is the subject, but where it is only part of a name.
                weight *= 4.0;
                score.title = score.title.max(weight);
            } else if sentence < body + 3 {
                weight *= 1.6;
                score.lead += weight;
            } else if mention.kind == MentionKind::Name
                && line.end as usize - line.first as usize == mention.end - mention.first
                && sentence >= body + 3
                && self
                    .mentions
                    .iter()
                    .filter(|m| m.place == mention.place)
                    .count()
                    == 1
            {
                // A line of nothing but a name that the text has nowhere else: who wrote it.
                weight *= 0.1;
                score.body += weight;
            } else if line_index + 2 >= lines.len() && signs(text, tokens, line, mention.kind) {
                // The signature.
                weight *= 1.6;
                score.lead += weight;
            } else {
                score.body += weight;
            }
            match mention.kind {
                _ if mention.aside => {}
                MentionKind::Venue if venue && !meeting => {
                    score.real += u32::from(score.last != Some(sentence));
                    score.last = Some(sentence);
                }
                MentionKind::Press => score.press += 1,
                MentionKind::Part => {}
                MentionKind::Venue => score.venues += 1,
                MentionKind::Town => score.towns += 1,
                _ => {
                    let behind = |back: usize| {
                        let at = mention.first.checked_sub(back)?;
                        Some(&tokens.list()[at])
                    };
                    // `Chi cục Hải quan khu vực III (Hải Phòng)`
                    let aside = behind(1).is_some_and(|t| t.span.of(text) == "(")
                        && behind(3).is_none_or(|t| tokens.exact(t) != "vực");
                    score.firm |= mention.kind != MentionKind::Name || !aside;
                    score.official |= matches!(
                        mention.kind,
                        MentionKind::Board | MentionKind::Office | MentionKind::Customs
                    );
                    score.real += u32::from(score.last != Some(sentence));
                    score.last = Some(sentence);
                }
            }
            if score.evidence.is_empty() {
                score.first = span.start;
            }
            score.evidence.push((
                weight,
                Evidence {
                    kind: if title {
                        "title".into()
                    } else {
                        kind_name(mention.kind).into()
                    },
                    quote: span.of(text).to_owned(),
                    span: Some(*span),
                },
            ));
        }
        if let Some((mentions, tokens, title)) = given_title.as_ref().filter(|_| !titled) {
            for mention in mentions {
                let list = tokens.list();
                let span = list[mention.first].span.cover(list[mention.end - 1].span);
                let score = scores.entry(mention.place).or_default();
                let weight = base_weight(mention.kind) * 4.0;
                score.title = score.title.max(weight);
                score.real += 1;
                score.evidence.push((
                    weight,
                    Evidence {
                        kind: "title".into(),
                        quote: span.of(title).to_owned(),
                        span: None,
                    },
                ));
            }
        }
        let mut ranked: Vec<(PlaceId, Score)> = scores.into_iter().collect();
        let unnamed = held::unnamed(tokens);
        // `(Báo X) - Toàn tỉnh …`: the paper's own province, where the text names none.
        let told = ranked
            .iter()
            .any(|(id, s)| s.real > 0 && places.place(*id).kind == PlaceKind::Province);
        let mut papers = ranked.iter_mut().filter(|(_, s)| s.press > 0);
        if let (false, true, Some((_, paper)), None) =
            (told, unnamed > 0, papers.next(), papers.next())
        {
            paper.real += paper.press;
        }
        // `trên địa bàn tỉnh` without a name is the one province that the text names.
        let mut named = ranked
            .iter_mut()
            .filter(|(id, s)| s.real > 0 && places.place(*id).kind == PlaceKind::Province);
        if let (Some((_, score)), None) = (named.next(), named.next()) {
            score.lead += 1.5 * unnamed.min(2) as f32;
        }
        ranked.sort_by(|(a, one), (b, other)| {
            let first = one.first.cmp(&other.first);
            other
                .total()
                .total_cmp(&one.total())
                .then(first)
                .then(a.cmp(b))
        });
        let kind_of = |id: PlaceId| places.place(id).kind;
        let of_kind = |kind| {
            ranked
                .iter()
                .filter(move |(id, _)| kind_of(*id) == kind)
                .map(|(id, score)| (*id, score))
        };
        let country = of_kind(PlaceKind::Country)
            .next()
            .map_or(0.0, |(_, s)| s.total());
        let country_title = of_kind(PlaceKind::Country).any(|(_, s)| s.title > 0.0);
        let region = of_kind(PlaceKind::Region).next();
        let mut provinces = of_kind(PlaceKind::Province);
        let first = provinces.next();
        let second = provinces.next();
        let all: f32 = of_kind(PlaceKind::Province).map(|(_, s)| s.total()).sum();

        let mut subjects: Vec<PlaceId> = Vec::new();
        let bloc = region.filter(|(id, s)| {
            let blocs = self
                .mentions
                .iter()
                .filter(|m| m.place == *id && m.kind == MentionKind::Bloc)
                .count();
            // A bloc some of whose members are named one by one is the subject, however often its host is named.
            let members = of_kind(PlaceKind::Province)
                .filter(|(member, _)| places.place(*member).parent == Some(*id))
                .count();
            let lead = if blocs >= 3 && members >= 3 { 0.4 } else { 1.2 };
            let host = first.is_none_or(|(_, f)| f.real == 0);
            (s.title > 0.0 || blocs >= 2 || blocs == 1 && host)
                && first.is_none_or(|(_, f)| {
                    s.title > f.title || f.title == 0.0 && s.total() > lead * f.total()
                })
        });
        if let Some((id, _)) = bloc {
            subjects.push(id);
        } else if let Some((id, score)) = first {
            let total = score.total();
            let rival = second.map_or(0.0, |(_, s)| s.total());
            // `A vượt B`: the places of the headline, where no other is spoken of more.
            let headed = score.title > 0.0
                && of_kind(PlaceKind::Province)
                    .all(|(_, s)| s.title >= 0.99 * score.title || s.total() < 0.5 * total);
            let leads = headed
                || score.title > 0.0 && second.is_none_or(|(_, s)| s.title < score.title)
                || total > 0.45 * all && total > 1.2 * rival
                || total > 1.8 * rival;
            // `Kinh tế cả nước …; ở tỉnh ta …`
            let own = rival < 0.4 * total && unnamed > 0 && !country_title;
            let national = score.title < 1.0 && country > 1.3 * total && !own
                || score.title < 1.0 && country_title && country > 0.6 * total;
            // `Thành phố Quy Nhơn: …`: a town carries its province where the text names no other.
            let town = score.real == 0
                && total > 0.8 * all
                && (score.title > 0.0 || score.towns + score.venues >= 2 && score.lead > 0.0);
            // One mention somewhere in the text makes no subject.
            let told = score.title > 0.0
                || score.lead > 0.0
                || score.real >= 2
                || score.official && unnamed > 0;
            // One name that nothing stands against.
            let alone = rival < 0.4 * total
                && score.real > 0
                && total >= ALONE
                && country < total
                && (unnamed > 0 || score.firm);
            // `Toàn tỉnh …`, and all its towns are of one province.
            let seated = score.real == 0 && score.towns > 0 && unnamed > 0 && second.is_none();
            // `Tại Hà Giang, … Các huyện Đồng Văn, Mèo Vạc …`, and no other province.
            let lone = score.towns > 0
                && score.towns + score.venues >= 2
                && second.is_none()
                && (unnamed > 0 || score.venues > 0);
            let enough = total >= ENOUGH || alone || seated || lone;
            if (score.real > 0 && told || town || seated) && enough && leads && !national {
                // A border gate is its province's, no town with figures of its own.
                let gate = self.mentions.iter().any(|m| {
                    m.place == id
                        && m.kind == MentionKind::Town
                        && (m.first.saturating_sub(3)..m.first)
                            .any(|at| tokens.is(&tokens.list()[at], "khẩu"))
                });
                self.town = town && !seated && !gate
                    || score.title == 0.0 && self.layout.defined() == Some(Defined::Town);
                subjects.push(id);
                self.headed = score.title > 0.0;
                // Others that the headline names beside it.
                subjects.extend(
                    of_kind(PlaceKind::Province)
                        .skip(1)
                        .filter(|(_, s)| {
                            score.title > 0.0
                                && s.title >= 0.99 * score.title
                                && s.total() > 0.4 * total
                        })
                        .map(|(id, _)| id),
                );
            }
        }
        let opening = (unnamed == 0 && first.is_none_or(|(_, s)| s.title < 1.0))
            .then(|| self.opens_with_nation(tokens, body))
            .flatten();
        self.country = subjects.is_empty()
            && (country > 2.0 && first.is_none_or(|(_, s)| country > 0.6 * s.total())
                || country > 0.9 && all < 0.6 * country
                || opening.is_some());
        if let Some(span) = opening.filter(|_| self.country && country == 0.0) {
            let evidence = Evidence {
                kind: kind_name(MentionKind::Office).into(),
                quote: span.of(text).to_owned(),
                span: Some(span),
            };
            let lead = base_weight(MentionKind::Office);
            let score = Score {
                lead,
                evidence: vec![(lead, evidence)],
                ..Score::default()
            };
            ranked.push((PlaceId(0), score));
        }
        self.main = subjects.first().copied();

        let total: f32 = ranked.iter().map(|(_, s)| s.total()).sum::<f32>().max(1e-6);
        let mut findings: Vec<PlaceFinding> = Vec::new();
        for (id, mut score) in ranked {
            let subject = subjects.contains(&id) || self.country && id == PlaceId(0);
            let weight = score.total() / total;
            score
                .evidence
                .sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.span.cmp(&b.1.span)));
            score.evidence.truncate(KEPT);
            findings.push(PlaceFinding {
                slug: self.slug(id),
                subject,
                weight,
                evidence: score.evidence.into_iter().map(|(_, e)| e).collect(),
            });
        }
        if !given.provinces.is_empty() {
            self.town = false;
            for finding in &mut findings {
                finding.subject = false;
            }
            for slug in given.provinces.iter().rev() {
                let evidence = Evidence {
                    kind: "given".into(),
                    quote: slug.clone(),
                    span: None,
                };
                let at = findings.iter().position(|f| f.slug == *slug);
                let mut finding = at.map_or_else(
                    || PlaceFinding {
                        slug: slug.clone(),
                        subject: true,
                        weight: 1.0,
                        evidence: Vec::new(),
                    },
                    |at| findings.remove(at),
                );
                finding.subject = true;
                finding.weight = 1.0;
                finding.evidence.insert(0, evidence);
                findings.insert(0, finding);
            }
            self.country = false;
            self.main = places
                .by_slug(&given.provinces[0])
                .map(|id| places.at(id, None));
            if let Some(id) = self.main
                && given.provinces[0] != self.slug(id)
            {
                // The slug given says which units the report speaks of.
                self.day = Some(
                    if given.provinces[0].ends_with("-2025") || given.provinces[0] == "hue" {
                        crate::model::place::REFORM
                    } else {
                        "2024-12-31"
                    }
                    .into(),
                );
            }
        } else {
            let order = |f: &PlaceFinding| subjects.iter().position(|id| self.slug(*id) == f.slug);
            findings.sort_by_key(|f| (!f.subject, order(f).unwrap_or(usize::MAX)));
        }
        self.findings = findings;
    }
}
