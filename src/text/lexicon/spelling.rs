//! Spellings of one syllable: where its tone mark stands (hòa, hoà), i or y (kỹ, kĩ), and what the damage of real pages leaves of it.

/// The five tone marks in the order of [`tone`]: grave, acute, hook, tilde, dot below; column 0 is the bare vowel.
const VOWELS: [[char; 6]; 12] = [
    ['a', 'à', 'á', 'ả', 'ã', 'ạ'],
    ['ă', 'ằ', 'ắ', 'ẳ', 'ẵ', 'ặ'],
    ['â', 'ầ', 'ấ', 'ẩ', 'ẫ', 'ậ'],
    ['e', 'è', 'é', 'ẻ', 'ẽ', 'ẹ'],
    ['ê', 'ề', 'ế', 'ể', 'ễ', 'ệ'],
    ['i', 'ì', 'í', 'ỉ', 'ĩ', 'ị'],
    ['o', 'ò', 'ó', 'ỏ', 'õ', 'ọ'],
    ['ô', 'ồ', 'ố', 'ổ', 'ỗ', 'ộ'],
    ['ơ', 'ờ', 'ớ', 'ở', 'ỡ', 'ợ'],
    ['u', 'ù', 'ú', 'ủ', 'ũ', 'ụ'],
    ['ư', 'ừ', 'ứ', 'ử', 'ữ', 'ự'],
    ['y', 'ỳ', 'ý', 'ỷ', 'ỹ', 'ỵ'],
];

/// The vowel without its tone mark, and which mark it bore (0 for none).
fn tone(c: char) -> Option<(char, usize)> {
    if c.is_ascii() {
        return matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y').then_some((c, 0));
    }
    VOWELS.iter().find_map(|row| {
        let mark = row.iter().position(|&v| v == c)?;
        Some((row[0], mark))
    })
}

fn with_tone(vowel: char, mark: usize) -> char {
    VOWELS
        .iter()
        .find(|row| row[0] == vowel)
        .map_or(vowel, |row| row[mark])
}

/// The same syllable with its tone mark on the other vowel of an open `oa`, `oe`, `uy` (`hòa` for `hoà` and back), where it has one.
#[must_use]
pub fn other_placement(syllable: &str) -> Option<String> {
    let mut chars = syllable.chars();
    let second = chars.next_back()?;
    // Most syllables end otherwise.
    if second.is_ascii() && !matches!(second, 'a' | 'e' | 'y') {
        return None;
    }
    let first = chars.next_back()?;
    let onset = chars.as_str();
    let (first, first_mark) = tone(first)?;
    let (second, second_mark) = tone(second)?;
    let open = matches!((first, second), ('o', 'a') | ('o', 'e') | ('u', 'y'));
    let glide_of_q = first == 'u' && onset.ends_with('q');
    if !open || glide_of_q || (first_mark == 0) == (second_mark == 0) {
        return None;
    }
    let mut other = String::with_capacity(syllable.len());
    other.push_str(onset);
    other.push(with_tone(first, second_mark));
    other.push(with_tone(second, first_mark));
    Some(other)
}

/// Share of the older place of the tone mark (`hòa`) in what is written; official texts use both.
pub const OLD_SHARE: f32 = 0.85;

/// Whether the tone mark of an open `oa`, `oe`, `uy` stands on the second vowel (`hoà`); meant for syllables that have
/// [another placement](other_placement).
#[must_use]
pub fn is_new_placement(syllable: &str) -> bool {
    let last = syllable.chars().next_back().and_then(tone);
    last.is_some_and(|(_, mark)| mark != 0)
}

/// The same syllable with i for y or y for i, where the two interchange: as sole vowel after h, k, l, m, s, t, v, and after qu.
#[must_use]
pub fn other_i(syllable: &str) -> Option<String> {
    let mut chars: Vec<char> = syllable.chars().collect();
    let (last, mark) = tone(*chars.last()?)?;
    let other = match last {
        'i' => 'y',
        'y' => 'i',
        _ => return None,
    };
    let onset: String = chars[..chars.len() - 1].iter().collect();
    if !matches!(
        onset.as_str(),
        "h" | "k" | "l" | "m" | "s" | "t" | "v" | "qu"
    ) {
        return None;
    }
    *chars.last_mut()? = with_tone(other, mark);
    Some(chars.into_iter().collect())
}

/// One spelling for all that are the same syllable: the tone mark on the second vowel of an open `oa`, `oe`, `uy`, and i for y
/// where the two interchange. Expects lower case, NFC.
#[must_use]
pub fn canonical(syllable: &str) -> String {
    let mut text = syllable.to_owned();
    if let Some(other) = other_placement(&text)
        && !is_new_placement(&text)
    {
        text = other;
    }
    if text.ends_with(|c| matches!(tone(c), Some(('y', _))))
        && let Some(other) = other_i(&text)
    {
        text = other;
    }
    text
}

/// All spellings of the syllable `canonical`, itself first.
#[must_use]
pub fn spellings(canonical: &str) -> Vec<String> {
    let mut list = vec![canonical.to_owned()];
    list.extend(other_i(canonical));
    list.extend(other_placement(canonical));
    list
}

/// Without diacritics, đ as d.
#[must_use]
pub fn folded(syllable: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    syllable
        .nfd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .map(|c| match c {
            'đ' => 'd',
            'Đ' => 'D',
            c => c,
        })
        .collect()
}

/// Whether a letter with `before` in front of it is lost on a damaged page: the letters of U+1EA0–U+1EF9 are, save `ế`, and save
/// where a letter outside ASCII (in practice đ, ư) stands directly before.
#[must_use]
pub fn is_lost(before: Option<char>, letter: char) -> bool {
    ('\u{1EA0}'..='\u{1EF9}').contains(&letter)
        && letter != 'ế'
        && before.is_none_or(|b| b.is_ascii() || !b.is_alphabetic())
}

/// What the damage leaves of a text: `Quảng Ninh` becomes `Qung Ninh`, `tỷ đồng` becomes `t đồng`.
#[must_use]
pub fn damage(text: &str) -> String {
    let mut before = None;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if !is_lost(before, c) {
            out.push(c);
        }
        before = Some(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_syllable_meet() {
        for (written, expected) in [
            ("hòa", "hoà"),
            ("hoà", "hoà"),
            ("thủy", "thuỷ"),
            ("khỏe", "khoẻ"),
            ("quý", "quí"),
            ("tỷ", "tỉ"),
            ("kỹ", "kĩ"),
            ("hoàn", "hoàn"),
            ("huỳnh", "huỳnh"),
            ("của", "của"),
            ("y", "y"),
            ("ý", "ý"),
            ("gì", "gì"),
            ("đường", "đường"),
        ] {
            assert_eq!(canonical(written), expected, "{written}");
            for other in spellings(expected) {
                assert_eq!(canonical(&other), expected, "{other}");
            }
        }
    }

    #[test]
    fn damage_takes_one_letter_and_spares_the_rest() {
        for (intact, left) in [
            ("bảo vệ môi trường", "bo v môi trường"),
            ("thủy điện", "thy đin"),
            ("thuỷ điện", "thu đin"),
            ("kế hoạch", "kế hoch"),
            ("KỂ CHUYỆN", "K CHUYN"),
            ("ổn định", "n định"),
            ("được", "được"),
        ] {
            assert_eq!(damage(intact), left);
        }
    }
}
