//! Queries about generated reports: accented, bare and noisy, each with the report that it means and the figure that answers it.

use std::fmt::Write as _;

use rustc_hash::{FxHashMap, FxHashSet};

use super::form::bare;
use super::lexicon::Lexicon;
use super::report::{self, Header, Report, period_words};
use super::rng::Rng;
use super::truth::push_json;

/// One query.
#[derive(Clone, Debug)]
pub struct Query {
    /// As typed.
    pub text: String,
    /// `accented`, `plain` or `noisy`.
    pub kind: &'static str,
    /// What it asks: `figure`, `topic` or `document`.
    pub about: &'static str,
    /// Id of the report.
    pub relevant: String,
    /// Metric, value and unit of the answer.
    pub answer: Option<(String, String, &'static str)>,
}

impl Query {
    /// One line in the shape of the judged queries; `ext` is added to the id.
    pub fn to_json(&self, ext: &str) -> String {
        let mut out = String::from("{\"q\":");
        push_json(&self.text, &mut out);
        let doc = format!("{}{ext}", self.relevant);
        let _ = write!(
            out,
            ",\"kind\":\"{}\",\"about\":\"{}\",\"relevant\":[\"{doc}\"],\"answers\":[",
            self.kind, self.about
        );
        if let Some((metric, value, unit)) = &self.answer {
            let _ = write!(
                out,
                "{{\"doc\":\"{doc}\",\"metric\":\"{metric}\",\"value\":{value},\"unit\":\"{unit}\"}}"
            );
        }
        out.push_str("]}");
        out
    }
}

/// `count` queries about the first `docs` reports of `seed`. Figures are asked only where place and period are those of one
/// report alone.
pub fn make(lexicon: &Lexicon, seed: u64, docs: u64, count: usize) -> Vec<Query> {
    let key = |head: &Header| (head.unit, head.period);
    let mut seen: FxHashMap<_, u32> = FxHashMap::default();
    for number in 0..docs {
        *seen
            .entry(key(&report::header(lexicon, seed, number)))
            .or_default() += 1;
    }
    let mut rng = Rng::new(seed, u64::MAX);
    let mut report = Report::default();
    let mut out = Vec::with_capacity(count);
    let mut asked: FxHashSet<(u64, usize)> = FxHashSet::default();
    let mut tries = 0;
    while out.len() < count && tries < count * 50 {
        tries += 1;
        let head = report::header(lexicon, seed, rng.below(docs as usize) as u64);
        report::write(lexicon, seed, head, &mut report);
        let sort = out.len() % 4;
        if asked.contains(&(head.number, sort)) {
            continue;
        }
        let body = bare(&report.body);
        let place = lexicon.units[head.unit].name;
        let mut text = String::new();
        let mut answer = None;
        let about = match sort {
            0 | 1 => {
                if seen[&key(&head)] != 1 || report.facts.is_empty() {
                    continue;
                }
                let fact = &report.facts[rng.below(report.facts.len())];
                let same = |f: &&super::truth::Fact| f.metric == fact.metric;
                if fact.basis == "target"
                    || fact.metric.1
                    || report.facts.iter().filter(same).count() > 1
                {
                    continue;
                }
                let Some(words) = words(fact.metric.0) else {
                    continue;
                };
                let _ = write!(text, "{words} {place} ");
                period_words(fact.period, true, &mut rng, &mut text);
                answer = Some((
                    fact.metric.0.to_owned(),
                    fact.value.to_string(),
                    fact.value.unit,
                ));
                "figure"
            }
            2 => {
                if !report.topics[..3].iter().all(|t| body.contains(&bare(t))) {
                    continue;
                }
                let _ = write!(text, "{} {}", report.topics[0], report.topics[1]);
                let _ = write!(text, " {} {place} {}", report.topics[2], head.period.year);
                "topic"
            }
            _ => {
                let number = report.cited.split(" ngày ").next().unwrap_or_default();
                if !body.contains(&bare(number)) {
                    continue;
                }
                let _ = write!(text, "{number} {place}");
                "document"
            }
        };
        let kind = ["accented", "plain", "noisy"][rng.below(3)];
        let text = match kind {
            "plain" => bare(&text).to_lowercase(),
            "noisy" => noisy(&text, &mut rng),
            _ => text,
        };
        asked.insert((head.number, sort));
        out.push(Query {
            text,
            kind,
            about,
            relevant: report.id.clone(),
            answer,
        });
    }
    out
}

/// What people call a metric.
fn words(metric: &str) -> Option<&'static str> {
    Some(match metric {
        "investment.capital" => "thu hút vốn đầu tư",
        "fdi.capital" => "vốn FDI",
        "ddi.capital" => "vốn đầu tư trong nước",
        "fdi.projects.new" => "số dự án FDI cấp mới",
        "revenue" => "doanh thu doanh nghiệp",
        "trade.exports" => "kim ngạch xuất khẩu",
        "trade.imports" => "kim ngạch nhập khẩu",
        "output.industrial" => "giá trị sản xuất công nghiệp",
        "budget.revenue" => "thu ngân sách",
        "budget.expenditure" => "chi ngân sách",
        "labour.employed" => "số lao động đang làm việc",
        "labour.created" => "giải quyết việc làm",
        "zones.occupancy" => "tỷ lệ lấp đầy khu công nghiệp",
        "grdp.growth" => "tăng trưởng GRDP",
        "grdp.value" => "quy mô GRDP",
        "grdp.per_capita" => "GRDP bình quân đầu người",
        "iip.growth" => "chỉ số sản xuất công nghiệp",
        "cpi.growth" => "chỉ số giá tiêu dùng",
        "retail.sales" => "tổng mức bán lẻ",
        "tourism.visitors" => "lượt khách du lịch",
        "tourism.revenue" => "doanh thu du lịch",
        "public_investment.disbursed" => "giải ngân vốn đầu tư công",
        "enterprises.new" => "số doanh nghiệp thành lập mới",
        "poverty.rate" => "tỷ lệ hộ nghèo",
        _ => return None,
    })
}

/// One slip in one word of letters: a lost, doubled or swapped letter, or a wrong neighbour; half of the texts lose their marks too.
pub fn noisy(text: &str, rng: &mut Rng) -> String {
    let text = if rng.chance(50) {
        bare(text).to_lowercase()
    } else {
        text.to_owned()
    };
    let mut words: Vec<Vec<char>> = text.split(' ').map(|w| w.chars().collect()).collect();
    let able: Vec<usize> = (0..words.len())
        .filter(|i| words[*i].len() >= 3 && words[*i].iter().all(|c| c.is_alphabetic()))
        .collect();
    if able.is_empty() {
        return text;
    }
    let word = &mut words[able[rng.below(able.len())]];
    let at = 1 + rng.below(word.len() - 1);
    match rng.below(4) {
        0 => {
            word.remove(at);
        }
        1 => word.insert(at, word[at]),
        2 => word.swap(at - 1, at),
        _ => word[at] = ['n', 'g', 'h', 'u', 'i', 'o'][rng.below(6)],
    }
    let words: Vec<String> = words.into_iter().map(String::from_iter).collect();
    words.join(" ")
}
