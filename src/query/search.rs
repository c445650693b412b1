//! From a request to ranked hits.

use std::ops::Range;
use std::time::Instant;

use rustc_hash::FxHashSet;
use tantivy::DocAddress;

use super::bits::Bits;
use super::filter::Resolved;
use super::kept::Kept;
use super::matching::{Coverage, Matcher};
use super::parser::{self, QueryIssue};
use super::prefer::Preference;
use super::rank::{self, Candidate, RERANKED, Scored};
use super::request::{MAX_LIMIT, SearchRequest, Understand};
use super::response::{
    Explanation, Figure, Hit, Interpretation, RESPONSE_FORMAT, Replacement, SearchResponse, Snippet,
};
use super::score::Weights;
use super::snippet::{self, Matching};
use super::terms::{Options, Terms};
use super::understand::{self, Meaning};
use super::{answer, facet, filter, meant, reports};
use crate::index::document::{self, Layout};
use crate::index::snapshot::Snapshot;
use crate::index::stored::Stored;
use crate::model::Observation;
use crate::{Result, Span};

/// A request made ready: what every way of asking shares.
pub(crate) struct Prepared {
    pub issues: Vec<QueryIssue>,
    /// Whether the query holds filters or conditions.
    pub filtered: bool,
    pub filters: Resolved,
    pub terms: Terms,
    pub meaning: Meaning,
    /// Reports whose words match, by segment, before filters.
    pub words: Vec<Bits>,
    /// The same after filters.
    pub matches: Vec<Bits>,
}

impl Prepared {
    pub fn total(&self) -> usize {
        self.matches.iter().map(Bits::count).sum()
    }
}

/// Parses, resolves and matches; nothing is ranked yet.
pub(crate) fn prepare(snapshot: &Snapshot, request: &SearchRequest) -> Result<Prepared> {
    prepare_with(
        snapshot,
        request,
        Resolved::new(snapshot, &request.filters)?,
    )
}

/// The same with filters that are resolved already.
pub(crate) fn prepare_with(
    snapshot: &Snapshot,
    request: &SearchRequest,
    mut filters: Resolved,
) -> Result<Prepared> {
    let (query, mut issues) = parser::parse(&request.query);
    // What stands in the query is not the caller's error: it is reported.
    let mut fields = Vec::new();
    for field in &query.filters {
        match Resolved::default().with_fields(
            snapshot,
            &Default::default(),
            std::slice::from_ref(field),
        ) {
            Ok(_) => fields.push(field.clone()),
            Err(error) => issues.push(QueryIssue::new(
                format!("{error}; the filter was left out"),
                field.span,
            )),
        }
    }
    filters = filters.with_fields(snapshot, &request.filters, &fields)?;
    for condition in &query.conditions {
        if let Err(error) = filters.add_condition(snapshot, condition) {
            issues.push(QueryIssue::new(
                format!("{error}; the condition was left out"),
                condition.span,
            ));
        }
    }
    let options = Options {
        exact: request.exact,
    };
    let terms = Terms::new(snapshot, &request.query, &query, options)?;
    let mut meaning = match request.understand {
        Understand::Off => Meaning::default(),
        _ => {
            let asked = query.asked(&request.query);
            understand::understand(
                &snapshot.taxonomy,
                &snapshot.gazetteer,
                &asked,
                restored(&asked, &terms).as_deref(),
                &|| reports::newest(snapshot),
            )
        }
    };
    meaning.guessed = terms.slots.iter().any(|s| !s.alternatives.is_empty());
    if request.understand != Understand::Off {
        understand::zone_of_index(&request.query, &snapshot.meta.zone_names, &mut meaning);
    }
    if request.understand == Understand::Filter {
        let mut wider = request.filters.clone();
        let shown = &meaning.shown;
        wider.province.extend(shown.provinces.iter().cloned());
        wider
            .period
            .extend(shown.periods.iter().map(ToString::to_string));
        wider.metric.extend(shown.metrics.iter().cloned());
        let conditions = std::mem::take(&mut filters.conditions);
        filters = Resolved::new(snapshot, &wider)?.with_fields(snapshot, &wider, &fields)?;
        filters.conditions = conditions;
    }
    let by_meaning = request.understand != Understand::Off
        && !(request.strict || request.exact || query.explicit);
    let (mut named, mut stating) = (Vec::new(), Vec::new());
    let asked = meaning.shown.clone();
    if by_meaning {
        // By the query alone, as the words are: were filters to decide, a facet's counts would change with what is chosen in it.
        named = reports::about(snapshot, &terms)?;
        stating = reports::stated(snapshot, &asked)?;
    }
    // What is filtered by is asked for as well.
    meaning.add_filters(&filters);
    let match_by =
        |coverage| matching(snapshot, &terms, &named, &filters, request.strict, coverage);
    let (mut words, mut matches) = match_by(Coverage::Most)?;
    let free = terms.slots.iter().filter(|s| s.positive).count();
    if free > 1 && words.iter().all(Bits::is_empty) && relaxable(&terms) {
        (words, matches) = match_by(Coverage::Any)?;
    }
    if by_meaning {
        stating.extend(reports::unsaid(snapshot, &asked, &words)?);
    }
    for (segment, bits) in stating {
        words[segment].or(&bits);
        let mut kept = bits;
        filters.keep(snapshot, segment, &mut kept, None)?;
        matches[segment].or(&kept);
    }
    Ok(Prepared {
        issues,
        filtered: !query.filters.is_empty() || !query.conditions.is_empty(),
        filters,
        terms,
        meaning,
        words,
        matches,
    })
}

/// Whether a query that finds nothing is read more freely: one that consists of free words, or of a phrase or so among many.
fn relaxable(terms: &Terms) -> bool {
    use super::terms::Node;
    match &terms.node {
        Some(Node::And(parts)) => parts.iter().filter(|p| matches!(p, Node::Slot(_))).count() >= 2,
        _ => false,
    }
}

fn matching(
    snapshot: &Snapshot,
    terms: &Terms,
    named: &reports::Named,
    filters: &Resolved,
    strict: bool,
    coverage: Coverage,
) -> Result<(Vec<Bits>, Vec<Bits>)> {
    let mut words = Vec::new();
    let mut matches = Vec::new();
    for (segment, reader) in snapshot.searcher.segment_readers().iter().enumerate() {
        let about: Vec<(Range<usize>, &Bits)> = named
            .iter()
            .map(|(slots, sets)| (slots.clone(), &sets[segment]))
            .collect();
        let matcher = Matcher {
            snapshot,
            reader,
            segment,
            terms,
            about: &about,
            strict,
        };
        let bits = matcher.matches(coverage)?;
        let mut kept = bits.clone();
        filters.keep(snapshot, segment, &mut kept, None)?;
        words.push(bits);
        matches.push(kept);
    }
    Ok((words, matches))
}

/// A ranked report and the parts of its score.
pub(crate) struct Ranked {
    pub candidate: Candidate,
    pub parts: Explanation,
}

/// Ranks at least `wanted` of the matches, where there are so many.
pub(crate) fn ranked(
    snapshot: &Snapshot,
    prepared: &Prepared,
    wanted: usize,
) -> Result<(Vec<Ranked>, Vec<Scored>)> {
    let plan = rank::plan(snapshot, &prepared.terms);
    let weights = Weights::new(snapshot, &plan)?;
    let mut candidates = rank::top(snapshot, &weights, &prepared.matches, wanted.max(RERANKED))?;
    let preference = Preference::new(snapshot, &prepared.meaning);
    let mut head = candidates.len().min(RERANKED);
    if let Some(preferred) = preference.pool(snapshot, &prepared.matches)? {
        // Reports that are about what the query names, however deep their words rank.
        let known: FxHashSet<DocAddress> = candidates[..head].iter().map(|c| c.address).collect();
        let more: Vec<Candidate> = rank::top(snapshot, &weights, &preferred, RERANKED)?
            .into_iter()
            .filter(|c| !known.contains(&c.address))
            .collect();
        let added: FxHashSet<DocAddress> = more.iter().map(|c| c.address).collect();
        let tail = candidates.split_off(head);
        candidates.extend(more);
        head = candidates.len();
        candidates.extend(tail.into_iter().filter(|c| !added.contains(&c.address)));
    }
    let words: Vec<f32> = candidates.iter().map(|c| c.score).collect();
    let pairs = rank::add_pairs(
        snapshot,
        &prepared.terms,
        &Kept::of(snapshot).pairs,
        &mut candidates[..head],
    )?;
    let mut list: Vec<Ranked> = candidates
        .into_iter()
        .enumerate()
        .map(|(i, candidate)| Ranked {
            candidate,
            parts: Explanation {
                words: words[i],
                pairs: pairs.get(i).copied().unwrap_or(0.0),
                title: 0.0,
                province: 1.0,
                period: 1.0,
                metric: 1.0,
                zone: 1.0,
                reasons: Vec::new(),
                terms: Vec::new(),
            },
        })
        .collect();
    if !preference.is_empty() {
        for ranked in &mut list[..head] {
            preference.apply(snapshot, ranked);
        }
    }
    sort(snapshot, &mut list[..head]);
    Ok((list, plan))
}

/// Best first: score, then the newer, then the smaller id.
fn sort(snapshot: &Snapshot, list: &mut [Ranked]) {
    list.sort_by(|a, b| {
        let (a, b) = (&a.candidate, &b.candidate);
        b.score
            .total_cmp(&a.score)
            .then(b.published.cmp(&a.published))
            .then_with(|| snapshot.id(a.address).cmp(&snapshot.id(b.address)))
    });
}

/// Reports of equal or nearly equal text under one head.
struct Group {
    head: usize,
    copies: Vec<DocAddress>,
}

/// How much of their wording two reports share to count as copies.
const COPY: f32 = 0.75;

fn groups(snapshot: &Snapshot, list: &[Ranked], wanted: usize) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut prints: Vec<(u64, Vec<u64>)> = Vec::new();
    for (i, ranked) in list.iter().enumerate() {
        let address = ranked.candidate.address;
        let columns = snapshot.columns(address);
        let digest = columns.digest.first(address.doc_id).unwrap_or(0);
        let sketch: Vec<u64> = columns.sketch.values_for_doc(address.doc_id).collect();
        let copy_of = prints.iter().position(|(other, theirs)| {
            (digest != 0 && digest == *other)
                || (sketch.len() >= 8
                    && sketch.iter().any(|hash| theirs.contains(hash))
                    && crate::source::sketch::Sketch::likeness(&sketch, theirs) >= COPY)
        });
        match copy_of {
            Some(at) => groups[at].copies.push(address),
            None if groups.len() == wanted => {}
            None => {
                groups.push(Group {
                    head: i,
                    copies: Vec::new(),
                });
                prints.push((digest, sketch));
            }
        }
    }
    groups
}

pub(crate) fn search(snapshot: &Snapshot, request: &SearchRequest) -> Result<SearchResponse> {
    let started = Instant::now();
    let prepared = prepare(snapshot, request)?;
    let total = prepared.total();
    let limit = request.limit.min(MAX_LIMIT);
    let end = request.offset.saturating_add(limit).min(total);
    // Room for copies, which take no place of their own.
    let mut wanted = end + end / 4 + 10;
    let (mut list, plan, groups) = loop {
        let (list, plan) = ranked(snapshot, &prepared, wanted)?;
        let groups = groups(snapshot, &list, end);
        if groups.len() >= end || list.len() >= total {
            break (list, plan, groups);
        }
        wanted *= 2;
    };
    let matching = request
        .snippets
        .then(|| Matching::new(&prepared.terms, snapshot.len()));
    let preference = Preference::new(snapshot, &prepared.meaning);
    let mut hits = Vec::new();
    for group in groups.iter().skip(request.offset).take(limit) {
        let ranked = &mut list[group.head];
        if request.explain {
            let terms = rank::shares(snapshot, &plan, ranked.candidate.address)?;
            let of_title = terms.iter().filter(|share| share.field == "title");
            ranked.parts.title = of_title.map(|share| share.score).sum();
            ranked.parts.terms = terms;
            ranked.parts.reasons = preference.reasons(&ranked.parts);
        }
        hits.push(hit(
            snapshot,
            request,
            &prepared,
            &preference,
            ranked,
            group,
            matching.as_ref(),
        )?);
    }
    let facets = match request.facets {
        true => Some(facet::count(
            snapshot,
            &prepared.words,
            &prepared.filters,
            request.zero_facets,
        )?),
        false => None,
    };
    let mut meaning = prepared.meaning.clone();
    settle_initials(snapshot, &mut meaning, &list);
    let found = if request.understand == Understand::Off {
        answer::Answer::default()
    } else {
        let ranks = list
            .iter()
            .enumerate()
            .map(|(i, r)| (r.candidate.address, i))
            .collect();
        answer::answer(snapshot, &meaning, &ranks)?
    };
    let restored = restored(&request.query, &prepared.terms);
    let interpretation = Interpretation {
        restored: restored
            .as_deref()
            .and_then(|read| meant::shown(&request.query, read)),
        replaced: replaced(&prepared.terms),
        ..meaning.shown
    };
    // What was not read as written, or is no words, is not spelt anew.
    let words_alone = prepared.issues.is_empty() && !prepared.filtered;
    let suggestion = words_alone
        .then(|| meant::suggestion(&request.query, restored.as_deref()))
        .flatten();
    let took_ms = (started.elapsed().as_secs_f64() * 1e6).round() / 1e3;
    Ok(SearchResponse {
        format: RESPONSE_FORMAT,
        query: request.query.clone(),
        total,
        took_ms,
        hits,
        facets,
        answer: found.answer,
        answers: found.table,
        alternatives: found.alternatives,
        note: found.note,
        choice: found.choice.filter(|_| request.explain),
        interpretation,
        suggestion,
        issues: prepared.issues,
    })
}

/// Initials are the province that the best reports are about, where it is one of those that they may stand for.
fn settle_initials(snapshot: &Snapshot, meaning: &mut Meaning, list: &[Ranked]) {
    if meaning.initials.is_empty() || !meaning.shown.provinces.is_empty() {
        return;
    }
    let found = list.iter().take(3).find_map(|ranked| {
        let address = ranked.candidate.address;
        let id = snapshot.columns(address).place.first(address.doc_id)?;
        let slug = snapshot.meta.places.name(id as u32)?;
        meaning
            .initials
            .iter()
            .find(|initial| *initial == slug)
            .cloned()
    });
    meaning.shown.provinces.extend(found);
}

fn hit(
    snapshot: &Snapshot,
    request: &SearchRequest,
    prepared: &Prepared,
    preference: &Preference,
    ranked: &Ranked,
    group: &Group,
    matching: Option<&Matching>,
) -> Result<Hit> {
    let address = ranked.candidate.address;
    let columns = snapshot.columns(address);
    let doc = address.doc_id;
    let path = snapshot.path(address);
    let (mut figures, mut snippet, mut location) = (Vec::new(), Snippet::default(), None);
    let title = snapshot.title(address);
    if matching.is_some() || request.figures > 0 {
        (figures, snippet, location) = snapshot.with_stored(address, |stored| {
            let layout = Layout::read(stored.data)?;
            let figures = match request.figures {
                0 => Vec::new(),
                most => shown_figures(snapshot, prepared, preference, address, stored, most)?
                    .into_iter()
                    .map(|observation| Figure {
                        path: match layout.location(stored.text, observation.span.start) {
                            Some(location) => format!("{path}#{location}"),
                            None => path.clone(),
                        },
                        observation,
                    })
                    .collect(),
            };
            let Some(matching) = matching else {
                return Ok((figures, Snippet::default(), None));
            };
            let prefer: Vec<Span> =
                if prepared.filters.by_figure(None) || !prepared.meaning.shown.metrics.is_empty() {
                    figures.iter().take(1).map(|f| f.observation.span).collect()
                } else {
                    Vec::new()
                };
            let (snippet, at) = snippet::cut(
                stored.text,
                matching,
                &layout.chrome,
                &prefer,
                &title,
                request.snippet_chars,
            );
            Ok((figures, snippet, layout.location(stored.text, at)))
        })?;
    }
    let mut metrics: Vec<String> = columns
        .metric
        .values_for_doc(doc)
        .filter_map(|id| snapshot.meta.metrics.name(id as u32).map(str::to_owned))
        .collect();
    metrics.sort();
    metrics.dedup();
    let names = |column: &tantivy::columnar::Column<u64>,
                 names: &crate::index::meta::Names|
     -> Vec<String> {
        column
            .values_for_doc(doc)
            .filter_map(|id| names.name(id as u32).map(str::to_owned))
            .collect()
    };
    let mut seen = FxHashSet::default();
    Ok(Hit {
        id: snapshot.id(address),
        title,
        score: ranked.candidate.score,
        published: columns.published.first(doc).map(date),
        provinces: names(&columns.place, &snapshot.meta.places),
        period: filter::report_period(columns, doc),
        metrics,
        zones: names(&columns.zone, &snapshot.meta.zones)
            .into_iter()
            .filter(|zone| seen.insert(zone.clone()))
            .collect(),
        kind: names(&columns.kind, &snapshot.meta.kinds).pop(),
        publisher: snapshot.publisher(address),
        snippet,
        location,
        figures,
        copies: group
            .copies
            .iter()
            .map(|&copy| snapshot.path(copy))
            .collect(),
        explanation: request.explain.then(|| ranked.parts.clone()),
        path,
    })
}

/// At most `most` figures of a report that the filters keep, those that agree best with what was asked first.
fn shown_figures(
    snapshot: &Snapshot,
    prepared: &Prepared,
    preference: &Preference,
    address: DocAddress,
    stored: &Stored<'_>,
    most: usize,
) -> std::result::Result<Vec<Observation>, String> {
    let packed: Vec<_> = filter::figures(snapshot.columns(address), address.doc_id).collect();
    let mut order: Vec<_> = (0..packed.len())
        .filter(|&i| {
            prepared.filters.figure(packed[i].0, None)
                && prepared.filters.condition(packed[i].0, packed[i].1)
        })
        .map(|i| (preference.figure_rank(packed[i].0), i))
        .collect();
    order.sort();
    if !preference.is_empty() && order.first().is_some_and(|(best, _)| *best == 0) {
        // Figures that agree with nothing of what was asked are not shown beside those that do.
        order.retain(|(rank, _)| *rank < preference.misses());
    }
    order.truncate(most);
    if order.is_empty() {
        return Ok(Vec::new());
    }
    let figures = document::annotations(stored.found, stored.text)?.figures;
    Ok(order
        .into_iter()
        .filter_map(|(_, i)| figures.get(i).cloned())
        .collect())
}

/// 20200708 as `2020-07-08`.
fn date(number: u64) -> String {
    format!(
        "{:04}-{:02}-{:02}",
        number / 10_000,
        number / 100 % 100,
        number % 100
    )
}

/// How sure a reading is that is shown.
const CONFIDENT: f32 = 0.6;

/// The query with the marks it was read with; `None` where that is how it was typed, or the reading is unsure.
pub(crate) fn restored(query: &str, terms: &Terms) -> Option<String> {
    let mut out = String::new();
    let mut at = 0;
    let mut changed = false;
    for slot in &terms.slots {
        let form = match (&slot.reading, slot.alternatives.first()) {
            _ if slot.decoded => Some(slot.exact.as_str()),
            (Some(reading), _) if reading.confidence >= CONFIDENT => Some(reading.exact.as_str()),
            (None, Some(best))
                if slot.df == 0
                    && !super::restore::is_word(slot)
                    && !understand::is_short(&slot.word) =>
            {
                Some(best.exact.as_deref().unwrap_or(&best.folded))
            }
            _ => None,
        };
        // Parts of a glued word share a span.
        if slot.span.start < at {
            changed = true;
            out.push(' ');
            out.push_str(&with_case(
                &slot.word.to_lowercase(),
                form.unwrap_or(&slot.exact),
            ));
            continue;
        }
        out.push_str(query.get(at..slot.span.start)?);
        let typed = slot.span.of(query);
        // A word that is left out.
        if typed.trim().is_empty() {
            out.push_str(typed);
            at = slot.span.end;
            continue;
        }
        match form {
            Some(form)
                if crate::text::fold(typed) != crate::text::fold(form)
                    || !same_marks(typed, form) =>
            {
                changed = true;
                out.push_str(&with_case(typed, form));
            }
            _ => out.push_str(typed),
        }
        at = slot.span.end;
    }
    out.push_str(query.get(at..)?);
    changed.then_some(out)
}

/// Whether a typed word already has the marks of an exact form, whatever its tone placement and i or y.
fn same_marks(typed: &str, exact: &str) -> bool {
    let tokens = crate::text::tokenize(typed);
    tokens
        .list()
        .first()
        .is_some_and(|token| tokens.exact(token) == exact)
}

/// An exact form in the usual spelling and with the capitals of the typed word.
fn with_case(typed: &str, exact: &str) -> String {
    let lexicon = crate::text::lexicon::lexicon();
    let usual = lexicon
        .syllable(exact)
        .map_or(exact, |syllable| lexicon.usual(syllable));
    let letters: Vec<char> = typed.chars().filter(|c| c.is_alphabetic()).collect();
    if letters.len() > 1 && letters.iter().all(|c| c.is_uppercase()) {
        return usual.to_uppercase();
    }
    if letters.first().is_some_and(|c| c.is_uppercase()) {
        let mut chars = usual.chars();
        return chars
            .next()
            .map(|first| first.to_uppercase().chain(chars).collect())
            .unwrap_or_default();
    }
    usual.to_owned()
}

fn replaced(terms: &Terms) -> Vec<Replacement> {
    terms
        .slots
        .iter()
        .filter(|slot| slot.df == 0 && !slot.alternatives.is_empty())
        .filter(|slot| !understand::is_short(&slot.word))
        .map(|slot| Replacement {
            word: slot.word.clone(),
            with: slot
                .alternatives
                .iter()
                .map(|a| a.exact.clone().unwrap_or_else(|| a.folded.clone()))
                .collect(),
        })
        .collect()
}
