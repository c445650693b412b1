//! The taxonomy of metrics: a tree of dotted codes with labels, cue words and units.

use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::text::fold;

/// Index of a metric in a [`Taxonomy`]; the index stores codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MetricId(pub u16);

/// One metric.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Metric {
    /// Dotted code: `fdi.capital.new`.
    pub code: String,
    /// Vietnamese label.
    pub vi: String,
    /// English label.
    pub en: String,
    /// Base units a level may have, the usual one first; empty for a node that only groups.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<String>,
    /// Code of a growth rate stated without a level; `CODE.growth` where none is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub growth: Option<String>,
    /// Code of a change on the month before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mom: Option<String>,
    /// Code of a change on the December before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ytd: Option<String>,
    /// An index number: only its change is a figure.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub index: bool,
    /// Products, markets and companies share its cue: the words between cue and number must be plain.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub strict: bool,
    /// A rate or an average: its values in several places do not add up.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub average: bool,
    /// What a report must speak of for the weak cues to count: `customs`, `zones`, `tourism`, `public investment`, `fdi`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// Phrases that name it, as patterns: `[a|b]` may be left out, `(a|b)` is one of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cues: Vec<String>,
    /// Phrases that name it only in its context.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub weak: Vec<String>,
    /// Further names to find it by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Patterns that people type for it and reports do not write.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<String>,
    /// Patterns that name it where a change is asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grown: Vec<String>,
    /// Of a group: the code that is meant by its bare name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usual: Option<String>,
    /// Codes that answer where it is not stated itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub instead: Vec<String>,
    /// What there is, is told apart from what a period brings; holds for the branch.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub standing: bool,
}

impl Metric {
    /// Whether it only groups others: no level of it has a unit.
    #[must_use]
    pub fn is_group(&self) -> bool {
        self.units.is_empty()
    }

    /// The code under which growth without a level stands: `revenue.growth`, but `grdp.growth` for GRDP.
    #[must_use]
    pub fn growth_code(&self) -> String {
        self.growth.clone().unwrap_or_else(|| {
            if self.code.ends_with(".growth") {
                self.code.clone()
            } else {
                format!("{}.growth", self.code)
            }
        })
    }

    /// Whether a level of it may have this unit.
    #[must_use]
    pub fn takes(&self, unit: &str) -> bool {
        self.units.iter().any(|u| u == unit)
    }
}

/// All metrics known, built in and the user's.
///
/// ```
/// use baocao::model::Taxonomy;
/// let taxonomy = Taxonomy::get();
/// let id = taxonomy.find("thu ngan sach nha nuoc").unwrap();
/// assert_eq!(taxonomy.metric(id).code, "budget.revenue");
/// assert!(taxonomy.covers("fdi", "fdi.capital.new"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Taxonomy {
    // In the order of the table.
    pub(crate) list: Vec<Metric>,
    by_code: FxHashMap<String, MetricId>,
    by_name: FxHashMap<String, MetricId>,
    /// Patterns that look like a cue and name nothing.
    pub(crate) stop: Vec<String>,
    /// Tells tables apart, so that what is made of one is made once; 0 is the built-in one.
    pub(crate) serial: u64,
    /// The user's part, as written; empty for the built-in table.
    pub(crate) extension: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default)]
    stop: Vec<String>,
    #[serde(default)]
    metric: Vec<Metric>,
}

static BUILT_IN: LazyLock<Taxonomy> = LazyLock::new(|| {
    let mut taxonomy = Taxonomy::default();
    taxonomy
        .extend(include_str!("metrics.toml"))
        .expect("metrics.toml is well formed");
    taxonomy
});

impl Taxonomy {
    /// The table that ships with the crate.
    #[must_use]
    pub fn get() -> &'static Self {
        &BUILT_IN
    }

    /// The built-in table and a user's file over it: a code that exists is given the file's further cues, names and units and its
    /// labels, a new one is added.
    ///
    /// # Errors
    /// [`crate::Error::Io`] and [`crate::Error::Table`].
    pub fn with_file(path: &Path) -> Result<Self> {
        super::read_table(path, Self::with_toml)
    }

    /// The same from the text of such a file; an error names the line and what is wrong there.
    pub(crate) fn with_toml(text: &str) -> Result<Self, String> {
        static SERIALS: AtomicU64 = AtomicU64::new(1);
        let mut taxonomy = Self::get().clone();
        taxonomy.extend(text)?;
        text.clone_into(&mut taxonomy.extension);
        taxonomy.serial = SERIALS.fetch_add(1, Ordering::Relaxed);
        Ok(taxonomy)
    }

    /// Adds the metrics of a TOML table; an error says what is wrong with it.
    pub(crate) fn extend(&mut self, toml: &str) -> Result<(), String> {
        let table: Table = toml::from_str(toml).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            format!("line {}: {}", line_of(toml, at), error.message())
        })?;
        self.stop.extend(table.stop);
        for metric in table.metric {
            let sound = !metric.code.is_empty()
                && metric.code.split('.').all(|part| {
                    part.starts_with(|c: char| c.is_ascii_lowercase())
                        && part
                            .chars()
                            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
                });
            if !sound {
                let line = toml
                    .match_indices("code")
                    .map(|(at, _)| line_of(toml, at))
                    .find(|line| {
                        let text = toml.lines().nth(line - 1).unwrap_or_default();
                        !metric.code.is_empty() && text.contains(&metric.code)
                    });
                return Err(format!(
                    "{}'{}' is no metric code; expected one such as 'water.supplied'",
                    line.map_or_else(String::new, |line| format!("line {line}: ")),
                    metric.code
                ));
            }
            self.add(metric);
        }
        Ok(())
    }

    fn add(&mut self, metric: Metric) {
        let id = if let Some(&id) = self.by_code.get(&metric.code) {
            let known = &mut self.list[id.0 as usize];
            if !metric.vi.is_empty() {
                known.vi.clone_from(&metric.vi);
            }
            if !metric.en.is_empty() {
                known.en.clone_from(&metric.en);
            }
            known.units.extend(metric.units.iter().cloned());
            known.cues.extend(metric.cues.iter().cloned());
            known.weak.extend(metric.weak.iter().cloned());
            known.names.extend(metric.names.iter().cloned());
            known.asked.extend(metric.asked.iter().cloned());
            known.grown.extend(metric.grown.iter().cloned());
            known.instead.extend(metric.instead.iter().cloned());
            known.standing |= metric.standing;
            if metric.usual.is_some() {
                known.usual.clone_from(&metric.usual);
            }
            id
        } else {
            let id = MetricId(self.list.len() as u16);
            self.by_code.insert(metric.code.clone(), id);
            self.list.push(metric.clone());
            id
        };
        let mut name = |text: &str| {
            if !text.is_empty() {
                self.by_name.entry(key(text)).or_insert(id);
            }
        };
        name(&metric.code);
        name(&metric.vi);
        name(&metric.en);
        metric.names.iter().for_each(|n| name(n));
    }

    /// The metric behind an id of this table.
    ///
    /// # Panics
    /// Where the id is of another table.
    #[must_use]
    pub fn metric(&self, id: MetricId) -> &Metric {
        &self.list[id.0 as usize]
    }

    /// All metrics in the table's order: a branch follows its parent.
    pub fn iter(&self) -> impl Iterator<Item = (MetricId, &Metric)> {
        self.list
            .iter()
            .enumerate()
            .map(|(i, metric)| (MetricId(i as u16), metric))
    }

    /// The metric with this code.
    #[must_use]
    pub fn by_code(&self, code: &str) -> Option<MetricId> {
        self.by_code.get(code).copied()
    }

    /// The metric with this code, label or other name, in any spelling: `fdi.capital`, `Vốn FDI`, `von fdi`.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<MetricId> {
        let name = name.trim();
        self.by_code(name)
            .or_else(|| self.by_name.get(&key(name)).copied())
            .or_else(|| {
                // A growth code of a known level: `revenue.growth`.
                name.strip_suffix(".growth")
                    .and_then(|level| self.by_code(level))
            })
    }

    /// The code above, `fdi.capital` of `fdi.capital.new`.
    #[must_use]
    pub fn parent(code: &str) -> Option<&str> {
        code.rsplit_once('.').map(|(parent, _)| parent)
    }

    /// The code itself and all above it, widest first: `fdi`, `fdi.capital`, `fdi.capital.new`.
    #[must_use]
    pub fn path(code: &str) -> Vec<&str> {
        let mut path: Vec<&str> = code.match_indices('.').map(|(at, _)| &code[..at]).collect();
        path.push(code);
        path
    }

    /// Whether a code is of one that only groups others.
    #[must_use]
    pub fn is_group(&self, code: &str) -> bool {
        self.by_code(code)
            .is_some_and(|id| self.metric(id).is_group())
    }

    /// The metrics right below a code.
    pub fn children<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a Metric> + 'a {
        self.list
            .iter()
            .filter(move |m| Self::parent(&m.code) == Some(code))
    }

    /// Whether what there is of a code is told apart from what a period brings of it.
    #[must_use]
    pub fn is_standing(&self, code: &str) -> bool {
        Self::path(code)
            .into_iter()
            .filter_map(|part| self.by_code(part))
            .any(|id| self.metric(id).standing)
    }

    /// Whether a filter on `filter` takes in a figure of `code`.
    #[must_use]
    pub fn covers(&self, filter: &str, code: &str) -> bool {
        code.strip_prefix(filter)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    /// Labels of a code, Vietnamese and English; a growth code without a row of its own is named after its level.
    #[must_use]
    pub fn labels(&self, code: &str) -> (String, String) {
        if let Some(id) = self.by_code(code) {
            let metric = self.metric(id);
            return (metric.vi.clone(), metric.en.clone());
        }
        match code
            .strip_suffix(".growth")
            .and_then(|level| self.by_code(level))
        {
            Some(id) => {
                let metric = self.metric(id);
                (
                    format!("Tốc độ tăng: {}", metric.vi),
                    format!("{}, growth", metric.en),
                )
            }
            None => (code.to_owned(), code.to_owned()),
        }
    }

    /// The known code nearest to what was typed, where one is near enough to be meant.
    #[must_use]
    pub fn nearest(&self, name: &str) -> Option<&str> {
        let wanted = key(name);
        let limit = (wanted.chars().count() / 3).clamp(1, 5);
        let by_name = self.by_name.iter().map(|(name, id)| (name.as_str(), *id));
        by_name
            .map(|(name, id)| (strsim::levenshtein(&wanted, name), id))
            .filter(|(d, _)| *d <= limit)
            .min()
            .map(|(_, id)| self.list[id.0 as usize].code.as_str())
    }
}

/// The line, from 1, that holds the byte `at`.
fn line_of(text: &str, at: usize) -> usize {
    let before = text.as_bytes().iter().take(at);
    before.filter(|b| **b == b'\n').count() + 1
}

fn key(name: &str) -> String {
    fold(name).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_sound() {
        let taxonomy = Taxonomy::get();
        assert_eq!(
            taxonomy.by_code.len(),
            taxonomy.list.len(),
            "codes are unique"
        );
        for (_, metric) in taxonomy.iter() {
            assert!(
                !metric.vi.is_empty() && !metric.en.is_empty(),
                "{}",
                metric.code
            );
            if let Some(parent) = Taxonomy::parent(&metric.code) {
                assert!(
                    taxonomy.by_code(parent).is_some(),
                    "{} has a parent",
                    metric.code
                );
            }
            let others = [&metric.mom, &metric.ytd, &metric.growth, &metric.usual];
            for other in others.into_iter().flatten().chain(&metric.instead) {
                assert!(
                    taxonomy.by_code(other).is_some() || other.ends_with(".growth"),
                    "{other}"
                );
            }
        }
    }

    #[test]
    fn finds_metrics_by_code_label_and_name_in_any_spelling() {
        let taxonomy = Taxonomy::get();
        for (name, code) in [
            ("fdi.capital", "fdi.capital"),
            ("FDI", "fdi"),
            ("thu ngân sách", "budget.revenue"),
            ("thu ngan sach", "budget.revenue"),
            ("GRDP", "grdp"),
            ("Retail sales of goods and services", "retail.sales"),
            ("doanh  thu", "revenue"),
            ("tăng trưởng kinh tế", "grdp.growth"),
            ("kim ngạch xuất khẩu", "trade.exports"),
        ] {
            let id = taxonomy.find(name).unwrap_or_else(|| panic!("{name}"));
            assert_eq!(taxonomy.metric(id).code, code, "{name}");
        }
        assert_eq!(taxonomy.find("không có gì"), None);
        assert_eq!(taxonomy.nearest("fdi.captial"), Some("fdi.capital"));
        assert_eq!(taxonomy.nearest("zzzzzzzz"), None);
        assert_eq!(Taxonomy::path("a.b.c"), ["a", "a.b", "a.b.c"]);
        assert!(
            taxonomy.covers("fdi", "fdi.capital") && !taxonomy.covers("fdi.cap", "fdi.capital")
        );
        assert!(taxonomy.children("fdi").any(|m| m.code == "fdi.disbursed"));
        assert_eq!(
            taxonomy.labels("revenue.growth").1,
            "Revenue of enterprises, growth"
        );
    }

    #[test]
    fn a_users_table_extends_ours() {
        let mut taxonomy = Taxonomy::get().clone();
        taxonomy
            .extend("[[metric]]\ncode='water'\nvi='Nước'\nen='Water'\n[[metric]]\ncode='water.supplied'\nvi='Nước sạch'\nen='Clean water'\nunits=['percent']\ncues=['tỷ lệ dùng nước sạch']\n")
            .unwrap();
        assert!(taxonomy.find("nuoc sach").is_some());
        let bad = Taxonomy::with_toml("[[metric]]\ncode='a'\n[[metric]]\ncode='Bad Code'\n");
        assert_eq!(
            bad.unwrap_err(),
            "line 4: 'Bad Code' is no metric code; expected one such as 'water.supplied'"
        );
        let bad = Taxonomy::with_toml("[[metric]]\ncolour='x'").unwrap_err();
        assert!(bad.starts_with("line 2: unknown field `colour`"), "{bad}");
    }
}
