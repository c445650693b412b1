//! Fingerprints of texts, for equal and nearly equal reports.

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// Fingerprint of the words of a text; spaces, line breaks and punctuation around words do not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sketch {
    /// Hash of the sequence of words.
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
    pub fn of(text: &str) -> Self {
        let mut digest = 0u64;
        let mut smallest: Vec<u64> = Vec::with_capacity(SIZE + 1);
        let mut run = [0u64; RUN];
        let words = text
            .split_whitespace()
            .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
            .filter(|word| !word.is_empty());
        for (i, word) in words.enumerate() {
            let hash = xxh3_64(word.as_bytes());
            digest = xxh3_64_with_seed(&hash.to_le_bytes(), digest);
            run[i % RUN] = hash;
            if i + 1 < RUN {
                continue;
            }
            let mixed = (1..=RUN).fold(0u64, |mixed, back| {
                (mixed.rotate_left(21) ^ run[(i + back) % RUN]).wrapping_mul(0x9e37_79b9_7f4a_7c15)
            });
            let mixed = mixed ^ mixed >> 32;
            if (smallest.len() < SIZE || mixed < smallest[SIZE - 1])
                && let Err(place) = smallest.binary_search(&mixed)
            {
                smallest.insert(place, mixed);
                smallest.truncate(SIZE);
            }
        }
        Self { digest, smallest }
    }

    // Hits of one text under several paths are told from it.
    #[allow(dead_code)]
    /// Share of common hashes, 0 to 1, of two ascending lists as a column holds them.
    pub fn likeness(a: &[u64], b: &[u64]) -> f32 {
        // Of the smallest hashes of both texts together, how many are in both.
        let mut union: Vec<u64> = a.iter().chain(b).copied().collect();
        union.sort_unstable();
        union.dedup();
        union.truncate(SIZE);
        if union.is_empty() {
            return 0.0;
        }
        let common = union
            .iter()
            .filter(|hash| a.contains(hash) && b.contains(hash))
            .count();
        common as f32 / union.len() as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_with_other_spaces_and_headline_is_alike() {
        let body = "Trong quý đầu năm, tỉnh cấp mới mười hai dự án với tổng vốn đăng ký gần ba trăm tỷ đồng, \
                    giải quyết việc làm cho hơn hai nghìn lao động và thu hút thêm bốn nhà đầu tư thứ cấp.";
        let (a, b) = (Sketch::of(body), Sketch::of(&body.replace(' ', "\n ")));
        assert_eq!(a, b);
        let headline = Sketch::of(&format!("Tin mới: {body}"));
        assert_ne!(a.digest, headline.digest);
        assert!(Sketch::likeness(&a.smallest, &headline.smallest) > 0.6);
        let other = Sketch::of(
            "Một văn bản khác hẳn, nói về mùa vụ, thời tiết và giá lúa ở đồng bằng trong tháng này.",
        );
        assert!(Sketch::likeness(&a.smallest, &other.smallest) < 0.2);
    }
}
