//! Words side by side: which reports of a segment hold them in a row.
//!
//! Of common words nearly every report holds all, and the work is to compare positions. A pass of its own does that in half the time of
//! asking tantivy's lists report by report: the reports with all words come from sets, the places of a report in the lists from ranks in
//! those sets, positions are decoded a window of reports at a time, and compared by marks in a bit map, without a branch a position.

use tantivy::directory::CompositeFile;
use tantivy::positions::PositionReader;
use tantivy::postings::{Postings as _, SegmentPostings, TermInfo};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet as _, InvertedIndexReader, SegmentReader, TERMINATED, Term};

use super::bits::Bits;
use crate::Result;

/// Where the rarest word has so many times fewer reports than the commonest, the lists are skipped through.
const SKIP: u32 = 64;

/// Sets of 64 reports whose positions are decoded together.
const WINDOW: usize = 16;

/// Adds to `bits` the documents that hold `words` in a row, deleted ones included.
pub(crate) fn add(
    reader: &SegmentReader,
    positions: &CompositeFile,
    field: Field,
    words: &[&str],
    bits: &mut Bits,
) -> Result<()> {
    add_by(reader, positions, field, words, SKIP, bits).map_err(Into::into)
}

fn add_by(
    reader: &SegmentReader,
    positions: &CompositeFile,
    field: Field,
    words: &[&str],
    skip: u32,
    bits: &mut Bits,
) -> tantivy::Result<()> {
    let inverted = reader.inverted_index(field)?;
    let mut infos = Vec::with_capacity(words.len());
    for word in words {
        match inverted.get_term_info(&Term::from_field_text(field, word))? {
            Some(info) => infos.push(info),
            None => return Ok(()),
        }
    }
    let counts = infos.iter().map(|info| info.doc_freq);
    let (Some(rarest), Some(commonest)) = (counts.clone().min(), counts.max()) else {
        return Ok(());
    };
    if rarest.saturating_mul(skip) < commonest {
        return skip_through(&inverted, &infos, bits);
    }
    let Some(positions) = positions.open_read(field) else {
        return Ok(());
    };
    let mut lists = Vec::with_capacity(infos.len());
    for info in &infos {
        let positions = positions.slice(info.positions_range.clone()).read_bytes()?;
        let positions = PositionReader::open(positions)?;
        match List::read(&inverted, info, positions, reader.max_doc())? {
            Some(list) => lists.push(list),
            None => return skip_through(&inverted, &infos, bits),
        }
    }
    let mut both = lists[0].docs.clone();
    lists[1..].iter().for_each(|list| both.and(&list.docs));
    let mut marks = Marks::default();
    for (at, window) in both.words().chunks(WINDOW).enumerate() {
        let first = at * WINDOW;
        let wanted = window.iter().map(|word| word.count_ones() as usize).sum();
        for list in &mut lists {
            list.load(first..first + window.len(), wanted);
        }
        for (word, i) in window.iter().zip(first..) {
            let mut rest = *word;
            while rest != 0 {
                let below = (rest & rest.wrapping_neg()) - 1;
                let found = match &mut lists[..] {
                    [a, b] => marks.pair(a.of(i, below), b.of(i, below)),
                    lists => marks.row(lists.iter_mut().map(|list| list.of(i, below))),
                };
                if found {
                    bits.insert((i * 64) as u32 + rest.trailing_zeros());
                }
                rest &= rest - 1;
            }
        }
    }
    Ok(())
}

/// The reports of a word, and its positions in them.
struct List {
    docs: Bits,
    /// How many reports stand before each set of 64.
    ranks: Vec<u32>,
    /// How many positions stand before each report, by rank.
    starts: Vec<u32>,
    reader: PositionReader,
    /// The positions of a window from `offset`, each as the distance to the one before it in its report.
    loaded: Vec<u32>,
    offset: u32,
    /// Whether a window has so few wanted reports that each is read by itself.
    single: bool,
}

impl List {
    /// `None` where the positions are too many to be numbered.
    fn read(
        inverted: &InvertedIndexReader,
        info: &TermInfo,
        reader: PositionReader,
        rows: u32,
    ) -> tantivy::Result<Option<Self>> {
        let mut postings =
            inverted.read_block_postings_from_terminfo(info, IndexRecordOption::WithFreqs)?;
        let mut docs = Bits::none(rows);
        let mut starts = Vec::with_capacity(info.doc_freq as usize + 1);
        let mut sum = 0u64;
        while !postings.docs().is_empty() {
            docs.insert_rising(postings.docs());
            for freq in postings.freqs() {
                starts.push(sum as u32);
                sum += u64::from(*freq);
            }
            postings.advance();
        }
        let Ok(all) = u32::try_from(sum) else {
            return Ok(None);
        };
        starts.push(all);
        let mut before = 0;
        let ranks = docs.words().iter().map(|word| {
            let rank = before;
            before += word.count_ones();
            rank
        });
        let ranks = ranks.collect();
        Ok(Some(Self {
            docs,
            ranks,
            starts,
            reader,
            loaded: Vec::new(),
            offset: 0,
            single: false,
        }))
    }

    /// Makes the positions of a window ready, of which `wanted` reports will be asked for.
    fn load(&mut self, window: std::ops::Range<usize>, wanted: usize) {
        let rank = |at| {
            self.ranks
                .get(at)
                .map_or(self.starts.len() - 1, |&rank| rank as usize)
        };
        let (first, last) = (rank(window.start), rank(window.end));
        self.single = wanted * 8 < last - first;
        if wanted == 0 || self.single {
            return;
        }
        self.offset = self.starts[first];
        self.loaded
            .resize((self.starts[last] - self.offset) as usize, 0);
        self.reader.read(self.offset.into(), &mut self.loaded);
    }

    /// The distances between the positions of a report: of set `at` the one that has the bit above `below`.
    #[inline]
    fn of(&mut self, at: usize, below: u64) -> &[u32] {
        let rank = self.ranks[at] + (self.docs.words()[at] & below).count_ones();
        let (start, end) = (self.starts[rank as usize], self.starts[rank as usize + 1]);
        if self.single {
            self.offset = start;
            self.loaded.resize((end - start) as usize, 0);
            self.reader.read(start.into(), &mut self.loaded);
        }
        &self.loaded[(start - self.offset) as usize..(end - self.offset) as usize]
    }
}

/// A bit for each position of a report.
#[derive(Default)]
struct Marks {
    words: Vec<u64>,
    others: Vec<u64>,
}

impl Marks {
    /// Whether a position of `b` follows one of `a`.
    #[inline]
    fn pair(&mut self, a: &[u32], b: &[u32]) -> bool {
        let end = put_behind(a, &mut self.words);
        let mut position = 0;
        let mut found = 0;
        for distance in b {
            position += *distance as usize;
            let Some(word) = self.words.get(position / 64) else {
                break;
            };
            found |= word >> (position % 64);
        }
        self.words[..end].fill(0);
        found & 1 == 1
    }

    /// Whether there is a row of positions, one of each list.
    fn row<'a>(&mut self, mut lists: impl Iterator<Item = &'a [u32]>) -> bool {
        let Some(first) = lists.next() else {
            return false;
        };
        let mut end = put_behind(first, &mut self.words);
        let mut found = !first.is_empty();
        for list in lists {
            // Where the row may go on behind this list.
            let next_end = end + 1;
            if self.others.len() < next_end {
                self.others.resize(next_end, 0);
            }
            let mut position = 0;
            found = false;
            for distance in list {
                position += *distance as usize;
                let Some(word) = self.words[..end].get(position / 64) else {
                    break;
                };
                let here = word >> (position % 64) & 1;
                let next = position + 1;
                self.others[next / 64] |= here << (next % 64);
                found |= here == 1;
            }
            self.words[..end].fill(0);
            std::mem::swap(&mut self.words, &mut self.others);
            end = next_end;
            if !found {
                break;
            }
        }
        self.words[..end].fill(0);
        found
    }
}

/// Marks the position behind each of a list; tells how many words of marks there may be.
#[inline]
fn put_behind(distances: &[u32], marks: &mut Vec<u64>) -> usize {
    let mut position = 1;
    for distance in distances {
        position += *distance as usize;
        let at = position / 64;
        if at >= marks.len() {
            marks.resize(at + 1, 0);
        }
        marks[at] |= 1 << (position % 64);
    }
    let end = position / 64 + 1;
    if marks.len() < end {
        marks.resize(end, 0);
    }
    end
}

/// The same for a rare word among common ones: it leads, the others are asked at its documents only.
fn skip_through(
    inverted: &InvertedIndexReader,
    infos: &[TermInfo],
    bits: &mut Bits,
) -> tantivy::Result<()> {
    let option = IndexRecordOption::WithFreqsAndPositions;
    let mut lists = Vec::with_capacity(infos.len());
    for info in infos {
        lists.push(inverted.read_postings_from_terminfo(info, option)?);
    }
    let mut order: Vec<usize> = (0..lists.len()).collect();
    order.sort_by_key(|&k| lists[k].doc_freq());
    let mut doc = lists[order[0]].doc();
    let (mut here, mut next) = (Vec::new(), Vec::new());
    'docs: while doc != TERMINATED {
        for &k in &order[1..] {
            let at = if lists[k].doc() < doc {
                lists[k].seek(doc)
            } else {
                lists[k].doc()
            };
            if at != doc {
                doc = lists[order[0]].seek(at);
                continue 'docs;
            }
        }
        if side_by_side(&mut lists, &mut here, &mut next) {
            bits.insert(doc);
        }
        doc = lists[order[0]].advance();
    }
    Ok(())
}

/// Whether the lists, all on one document, have a run of neighbouring positions.
fn side_by_side(lists: &mut [SegmentPostings], here: &mut Vec<u32>, next: &mut Vec<u32>) -> bool {
    lists[0].positions(here);
    for list in &mut lists[1..] {
        list.positions(next);
        // Positions where the run so far may go on.
        let mut kept = 0;
        let mut j = 0;
        for i in 0..here.len() {
            let wanted = here[i] + 1;
            while j < next.len() && next[j] < wanted {
                j += 1;
            }
            if j < next.len() && next[j] == wanted {
                here[kept] = wanted;
                kept += 1;
            }
        }
        here.truncate(kept);
        if here.is_empty() {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tantivy::schema::{Schema, TextFieldIndexing, TextOptions};
    use tantivy::{Index, IndexWriter, doc};

    use super::*;
    use crate::index::snapshot::positions;

    const WORDS: [&str; 6] = ["mot", "hai", "ba", "bon", "nam", "sau"];

    /// An index of texts, each a list of places in [`WORDS`].
    fn index(texts: &[Vec<usize>]) -> (Index, Field) {
        let mut schema = Schema::builder();
        let indexing =
            TextFieldIndexing::default().set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let field = schema.add_text_field(
            "body",
            TextOptions::default().set_indexing_options(indexing),
        );
        let index = Index::create_in_ram(schema.build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 20_000_000).unwrap();
        for text in texts {
            let words: Vec<&str> = text.iter().map(|&word| WORDS[word]).collect();
            writer.add_document(doc!(field => words.join(" "))).unwrap();
        }
        writer.commit().unwrap();
        (index, field)
    }

    fn check(texts: &[Vec<usize>], phrase: &[usize]) {
        let (index, field) = index(texts);
        let searcher = index.reader().unwrap().searcher();
        assert_eq!(searcher.segment_readers().len(), 1);
        let reader = searcher.segment_reader(0);
        let wanted: Vec<u32> = texts
            .iter()
            .zip(0..)
            .filter(|(text, _)| text.windows(phrase.len()).any(|run| run == phrase))
            .map(|(_, doc)| doc)
            .collect();
        let words: Vec<&str> = phrase.iter().map(|&word| WORDS[word]).collect();
        let positions = positions(reader).unwrap();
        for skip in [1, u32::MAX, SKIP] {
            let mut bits = Bits::none(reader.max_doc());
            add_by(reader, &positions, field, &words, skip, &mut bits).unwrap();
            let found: Vec<u32> = bits.iter().collect();
            assert_eq!(found, wanted, "{phrase:?} skip {skip}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn finds_what_stands_in_a_row(
            texts in prop::collection::vec(prop::collection::vec(0usize..6, 0..90), 1..40),
            phrase in prop::collection::vec(0usize..6, 2..5),
        ) {
            check(&texts, &phrase);
        }
    }

    #[test]
    fn rare_beside_common_and_long_texts() {
        // Three thousand reports hold the first word, each 40th the third one; the last is very long.
        let mut texts: Vec<Vec<usize>> = (0..3000)
            .map(|i| match i % 40 {
                7 => vec![0, 1, 2, 0],
                9 => vec![2, 0, 1],
                _ => vec![0, 3, 1],
            })
            .collect();
        let mut long = vec![3; 20_000];
        long.extend([0, 1, 2]);
        texts.push(long);
        for phrase in [
            &[0, 1][..],
            &[1, 2],
            &[0, 1, 2],
            &[0, 0],
            &[2, 0, 1],
            &[3, 3, 0],
        ] {
            check(&texts, phrase);
        }
    }
}
