//! Fingerprints of texts, for equal and nearly equal reports.

use std::cmp::Ordering;

use xxhash_rust::xxh3::xxh3_64;

/// Fingerprint of the words of a text; spaces, line breaks and punctuation around words do not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sketch {
    /// Hash of the letters and figures, as written.
    pub digest: u64,
    /// The [`SIZE`] smallest hashes of runs of [`RUN`] words, ascending: the share that two texts have in common
    /// estimates how much of their wording they share.
    pub smallest: Vec<u64>,
}

/// Hashes kept of a text.
pub(crate) const SIZE: usize = 8;
/// Words of a run; a news item and its copy under another headline share nearly all runs, two reports of one series few.
const RUN: usize = 4;

impl Sketch {
    /// Of a text and the hashes of its words, [`Terms::run`](crate::text::analyzer::Terms).
    pub fn new(text: &str, words: &[u64]) -> Self {
        let mut smallest: Vec<u64> = Vec::with_capacity(SIZE + 1);
        for run in words.windows(RUN) {
            let mixed = run.iter().fold(0u64, |mixed, word| mix(mixed, *word));
            // Half of the bits tell runs apart as well as all of them, and take half of the room.
            let mixed = (mixed ^ mixed >> 32) & u64::from(u32::MAX);
            if (smallest.len() < SIZE || mixed < smallest[SIZE - 1])
                && let Err(place) = smallest.binary_search(&mixed)
            {
                smallest.insert(place, mixed);
                smallest.truncate(SIZE);
            }
        }
        Self {
            digest: digest(text),
            smallest,
        }
    }

    /// Share of common hashes, 0 to 1, of two ascending lists as a column holds them.
    pub fn likeness(a: &[u64], b: &[u64]) -> f32 {
        // Of the smallest hashes of both texts together, how many are in both.
        let (mut i, mut j) = (0, 0);
        let (mut union, mut common) = (0u8, 0u8);
        while usize::from(union) < SIZE {
            let order = match (a.get(i), b.get(j)) {
                (Some(a), Some(b)) => a.cmp(b),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => break,
            };
            union += 1;
            common += u8::from(order.is_eq());
            i += usize::from(order.is_le());
            j += usize::from(order.is_ge());
        }
        match union {
            0 => 0.0,
            _ => f32::from(common) / f32::from(union),
        }
    }
}

/// By the letters as written: terms would make one of two spellings.
fn digest(text: &str) -> u64 {
    let mut kept = vec![0; text.len()];
    let mut len = 0;
    for &byte in text.as_bytes() {
        // Written first and counted then: which bytes are kept cannot be foreseen.
        if let Some(place) = kept.get_mut(len) {
            *place = byte;
        }
        len += usize::from(KEPT[usize::from(byte)]);
    }
    xxh3_64(&kept[..len])
}

/// Which bytes are neither white space nor punctuation.
const KEPT: [bool; 256] = {
    let mut kept = [true; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        kept[byte] = !b.is_ascii_whitespace() && !b.is_ascii_punctuation();
        byte += 1;
    }
    kept
};

fn mix(sum: u64, hash: u64) -> u64 {
    (sum.rotate_left(21) ^ hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::analyzer::Terms;

    fn of(text: &str) -> Sketch {
        Sketch::new(text, &Terms::of(text).run)
    }

    #[test]
    fn a_copy_with_other_spaces_and_headline_is_alike() {
        let body = "Trong quý đầu năm, tỉnh cấp mới mười hai dự án với tổng vốn đăng ký gần ba trăm tỷ đồng, \
                    giải quyết việc làm cho hơn hai nghìn lao động và thu hút thêm bốn nhà đầu tư thứ cấp.";
        let (a, b) = (of(body), of(&body.replace(' ', "\n ")));
        assert_eq!(a, b);
        let headline = of(&format!("Tin mới: {body}"));
        assert_ne!(a.digest, headline.digest);
        assert!(Sketch::likeness(&a.smallest, &headline.smallest) > 0.6);
        let other = of(
            "Một văn bản khác hẳn, nói về mùa vụ, thời tiết và giá lúa ở đồng bằng trong tháng này.",
        );
        assert!(Sketch::likeness(&a.smallest, &other.smallest) < 0.2);
    }
}
