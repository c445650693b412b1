//! Round trips: what is written in an old encoding comes back.

use unicode_normalization::UnicodeNormalization as _;

use super::tables::{TCVN5712, Table, VISCII, VPS};
use super::{DecodeError, Encoding, decode, decoders};

/// Sentences with every kind of letter, in small and capital ones.
const TEXT: &str = "Ủy ban nhân dân tỉnh họp về tình hình kinh tế - xã hội quý I/2020\n\
    TỔNG SẢN PHẨM TRÊN ĐỊA BÀN VÀ THU NGÂN SÁCH\n\
    Kỳ này, giá trị sản xuất công nghiệp ước đạt 1.234,5 tỷ đồng, tăng 8,5% so với cùng kỳ năm trước.\n\
    Ở các huyện miền núi, những hộ trồng rừng đã được hỗ trợ vốn vay ưu đãi; Đảng bộ xã nghĩ đến việc mở rộng thủy lợi.\n\
    Ảnh hưởng của thời tiết khiến sản lượng lúa giảm nhẹ, nhưng chăn nuôi vẫn ổn định và xuất khẩu thuỷ sản khởi sắc.\n";

const ENGLISH: &str = "The board (of the zone) didn't meet. \"Why?\" asked the clerk. Isn't it so? We'll see to it, e.g. next year.\n";
const FRENCH: &str = "Le développement économique des régions côtières a été très marqué : hôtellerie, pêche, forêts, où l’été commence déjà à Noël. \
    Les élèves français et les garçons ont reçu des manuels ; ça a coûté cher, mais le succès fut là.\n";
const GERMAN: &str = "Die Prüfung der Verträge über größere Flächen wäre möglich; Käufer müssen Gebühren für Bürgschaften zahlen. Schön, daß Fußgänger früh da wären.\n";
const CODE: &str = "fn a(b: &str) -> u8 { if b.len() ^ 1 == (c+d) { e.f() } else { x[i]? } } // to-do: u'v e^x o+p a(b) i.j\n";

fn encode_table(text: &str, table: &Table) -> Vec<u8> {
    text.chars()
        .map(|c| {
            if c.is_ascii() {
                return c as u8;
            }
            let low = table.low.iter().find(|l| l.1 == c).map(|l| l.0);
            let high = || {
                table
                    .high
                    .chars()
                    .position(|h| h == c)
                    .map(|i| i as u8 + 128)
            };
            low.or_else(high).unwrap_or(b'?')
        })
        .collect()
}

/// TCVN3; capitals as the bare capital and the small letter, or as small letters alone.
fn encode_tcvn3(text: &str, pairs: bool) -> Vec<u8> {
    let small = |c: char| {
        TCVN5712
            .high
            .chars()
            .position(|h| h == c)
            .map(|i| i as u8 + 128)
    };
    let mut out = Vec::new();
    for c in text.chars() {
        let lower = c.to_lowercase().next().unwrap();
        match c {
            _ if c.is_ascii() => out.push(c as u8),
            'Ă' | 'Â' | 'Ê' | 'Ô' | 'Ơ' | 'Ư' | 'Đ' => out.push(small(c).unwrap()),
            _ if c.is_uppercase() => {
                if pairs && small(lower).is_some() {
                    out.push(c.nfd().next().unwrap() as u8);
                }
                out.push(small(lower).unwrap_or(b'?'));
            }
            _ => out.push(small(c).unwrap_or(b'?')),
        }
    }
    out
}

fn encode_vni(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for c in text.chars() {
        let upper = c.is_uppercase();
        let cased = |b: u8| if upper { b - 0x20 } else { b };
        let lower = c.to_lowercase().next().unwrap();
        if c.is_ascii() {
            out.push(c as u8);
            continue;
        }
        if let Some(b) = match lower {
            'í' => Some(0xed),
            'ì' => Some(0xec),
            'ỉ' => Some(0xe6),
            'ĩ' => Some(0xf3),
            'ị' => Some(0xf2),
            'ỵ' => Some(0xee),
            'đ' => Some(0xf1),
            _ => None,
        } {
            out.push(cased(b));
            continue;
        }
        let parts: Vec<char> = c.nfd().collect();
        let has = |m: char| parts.contains(&m);
        let tone = ['\u{300}', '\u{301}', '\u{309}', '\u{303}', '\u{323}']
            .iter()
            .position(|t| has(*t));
        let base = parts[0] as u8;
        if !base.is_ascii_alphabetic() {
            out.push(b'?');
            continue;
        }
        if has('\u{31b}') {
            out.push(cased(if lower.nfd().next() == Some('o') {
                0xf4
            } else {
                0xf6
            }));
        } else {
            out.push(base);
        }
        let marks: [u8; 6] = if has('\u{302}') {
            [0xe0, 0xe1, 0xe5, 0xe3, 0xe4, 0xe2]
        } else if has('\u{306}') {
            [0xe8, 0xe9, 0xfa, 0xfc, 0xeb, 0xea]
        } else {
            [0xf8, 0xf9, 0xfb, 0xf5, 0xef, 0]
        };
        let mark = marks[tone.unwrap_or(5)];
        if mark != 0 {
            out.push(cased(mark));
        }
    }
    out
}

fn encode_windows_1258(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for c in text.chars() {
        // Precomposed where the code page has it, else base letter and tone.
        let (bytes, _, bad) = encoding_rs::WINDOWS_1258
            .encode(c.encode_utf8(&mut [0; 4]))
            .clone_owned();
        if !bad {
            out.extend(bytes);
            continue;
        }
        let parts: Vec<char> = c.nfd().collect();
        let Some(&tone) = parts
            .iter()
            .find(|m| matches!(m, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}'))
        else {
            out.push(b'?');
            continue;
        };
        let base: String = parts.into_iter().filter(|p| *p != tone).nfc().collect();
        let written = format!("{base}{tone}");
        let (bytes, _, bad) = encoding_rs::WINDOWS_1258.encode(&written).clone_owned();
        assert!(!bad, "{written}");
        out.extend(bytes);
    }
    out
}

trait CloneOwned {
    fn clone_owned(self) -> (Vec<u8>, (), bool);
}

impl CloneOwned
    for (
        std::borrow::Cow<'_, [u8]>,
        &'static encoding_rs::Encoding,
        bool,
    )
{
    fn clone_owned(self) -> (Vec<u8>, (), bool) {
        (self.0.into_owned(), (), self.2)
    }
}

fn encode_viqr(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            'đ' => out.push_str("dd"),
            'Đ' => out.push_str("DD"),
            _ => {
                let mut parts: Vec<char> = c.nfd().collect();
                // Shape before tone.
                parts.sort_by_key(|m| {
                    matches!(m, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}')
                });
                out.extend(parts.into_iter().map(|m| match m {
                    '\u{300}' => '`',
                    '\u{301}' => '\'',
                    '\u{303}' => '~',
                    '\u{309}' => '?',
                    '\u{323}' => '.',
                    '\u{302}' => '^',
                    '\u{306}' => '(',
                    '\u{31b}' => '+',
                    m => m,
                }));
            }
        }
    }
    out
}

fn latin_1(bytes: &[u8]) -> String {
    bytes.iter().map(|&b| decoders::windows_1252(b)).collect()
}

/// The text in each encoding, as bytes.
fn encodings(text: &str) -> Vec<(Encoding, &'static str, Vec<u8>)> {
    let single = [
        (
            Encoding::Windows1258,
            encode_windows_1258(&text.replace(['“', '”', '–', '…', '’', '‘'], "\"")),
        ),
        (Encoding::Tcvn3, encode_tcvn3(text, true)),
        (Encoding::Tcvn5712, encode_table(text, &TCVN5712)),
        (Encoding::Vni, encode_vni(text)),
        (Encoding::Viscii, encode_table(text, &VISCII)),
        (Encoding::Vps, encode_table(text, &VPS)),
    ];
    let mut list = Vec::new();
    for (encoding, bytes) in single {
        if encoding != Encoding::Windows1258 {
            list.push((encoding, "in UTF-8", latin_1(&bytes).into_bytes()));
        }
        list.push((encoding, "plain", bytes));
    }
    list.push((Encoding::Viqr, "plain", encode_viqr(text).into_bytes()));
    list.push((
        Encoding::DoubleUtf8,
        "plain",
        latin_1(text.as_bytes()).into_bytes(),
    ));
    let units = text.encode_utf16();
    list.push((
        Encoding::Utf16Le,
        "no mark",
        units.clone().flat_map(u16::to_le_bytes).collect(),
    ));
    list.push((
        Encoding::Utf16Be,
        "no mark",
        units.flat_map(u16::to_be_bytes).collect(),
    ));
    list.push((
        Encoding::Utf8,
        "with mark",
        format!("\u{feff}{text}").into_bytes(),
    ));
    list
}

#[test]
fn text_in_each_encoding_comes_back() {
    for (encoding, how, bytes) in encodings(TEXT) {
        let decoded = decode(&bytes, None).unwrap();
        assert_eq!(decoded.encoding, encoding, "{how}");
        assert_eq!(decoded.text, TEXT, "{encoding} {how}");
        assert!(
            decoded.confidence > 0.9,
            "{encoding}: {}",
            decoded.confidence
        );
        let forced = decode(&bytes, Some(encoding)).unwrap();
        assert_eq!(forced.text, TEXT, "{encoding} {how}, forced");
    }
}

#[test]
fn text_that_is_as_it_should_be_is_left_alone() {
    for text in [
        TEXT,
        ENGLISH,
        FRENCH,
        GERMAN,
        CODE,
        "",
        "a",
        "Ø 12 mm ± 0,5 µm × 3",
        "Đắk Lắk",
        "x\n±\ny ± z × t\n±\n",
        "KCN Hòa Phú: 25°C; ½ diện tích §2",
    ] {
        let decoded = decode(text.as_bytes(), None).unwrap();
        assert_eq!(decoded.encoding, Encoding::Utf8, "{text}");
        assert_eq!(decoded.text, text);
    }
}

#[test]
fn western_files_are_no_vietnamese() {
    for text in [FRENCH, GERMAN] {
        let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(text);
        let decoded = decode(&bytes, None).unwrap();
        assert_eq!(decoded.encoding, Encoding::Windows1252);
        assert_eq!(decoded.text, text);
    }
}

#[test]
fn one_legacy_line_in_a_clean_file_is_decoded_alone() {
    let text = format!("{TEXT}Tr×nh bµy: Së KÕ ho¹ch vµ §Çu t\u{ad} tØnh Qu¶ng Nam\n");
    let decoded = decode(text.as_bytes(), None).unwrap();
    assert_eq!(decoded.encoding, Encoding::Tcvn3);
    assert_eq!(
        decoded.text,
        format!("{TEXT}Trình bày: Sở Kế hoạch và Đầu tư tỉnh Quảng Nam\n")
    );
}

#[test]
fn capitals_of_the_abc_fonts_are_found_again() {
    for (legacy, text) in [
        ("UBND TØNH Qu¶ng Ninh", "UBND TỈNH Quảng Ninh"),
        (
            "TØNH QU¶NG NINH häp vÒ ®Çu t\u{ad}",
            "TỈNH QUẢNG NINH họp về đầu tư",
        ),
        (
            "A¸p dông tõ quý nµy. Yý kiÕn cña së",
            "Áp dụng từ quý này. Ý kiến của sở",
        ),
        ("Häp t¹i x·. ý kiÕn cña së", "Họp tại xã. Ý kiến của sở"),
        ("§Çu t\u{ad} vµo ¡n uèng", "Đầu tư vào Ăn uống"),
    ] {
        let decoded = decode(legacy.as_bytes(), Some(Encoding::Tcvn3)).unwrap();
        assert_eq!(decoded.text, text);
    }
}

#[test]
fn viqr_keeps_its_full_stops() {
    let text = "Chúng ta họp ở xã. Các hộ dân đã đến? Đúng là đủ.\nViệc mở chợ chưa xong.";
    let decoded = decode(encode_viqr(text).as_bytes(), None).unwrap();
    assert_eq!(decoded.text, text);
}

#[test]
fn a_cut_file_stays_utf_8() {
    let bytes = &TEXT.as_bytes()[..TEXT.len() - 2];
    let cut = &bytes[..bytes.len() - 30];
    let end = (0..cut.len()).rev().find(|i| cut[*i] >= 0xe0).unwrap();
    let decoded = decode(&cut[..=end], None).unwrap();
    assert_eq!(decoded.encoding, Encoding::Utf8);
    assert!(decoded.text.starts_with("Ủy ban"));
}

#[test]
fn binary_files_are_refused() {
    let noise: Vec<u8> = (0..2000u32)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    assert_eq!(decode(&noise, None), Err(DecodeError::Binary));
    let no_zeros: Vec<u8> = noise.into_iter().map(|b| b.max(1)).collect();
    assert_eq!(decode(&no_zeros, None), Err(DecodeError::Binary));
}

#[test]
fn names_are_read_back() {
    for (encoding, name) in Encoding::NAMES {
        assert_eq!(name.parse(), Ok(encoding));
    }
    assert_eq!("ABC".parse(), Ok(Encoding::Tcvn3));
    assert_eq!(
        "klingon".parse::<Encoding>().unwrap_err().to_string(),
        "unknown encoding 'klingon'; known are utf-8, utf-16le, utf-16be, windows-1258, tcvn3 (abc), tcvn5712, vni, vps, viscii, viqr"
    );
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_legal(bytes: Vec<u8>) {
        let _ = decode(&bytes, None);
        for (encoding, _) in Encoding::NAMES {
            let _ = decode(&bytes, Some(encoding));
        }
    }

    #[test]
    fn any_text_is_legal(text: String) {
        let _ = decode(text.as_bytes(), None);
    }
}

/// `BAOCAO_TEXTS=FOLDER cargo test --release --lib encoding::tests::a_folder -- --ignored --nocapture`: every text of a folder in each
/// encoding, and the share of letters that come back.
#[test]
#[ignore = "needs a folder of texts"]
fn a_folder_of_texts_comes_back() {
    let folder = std::env::var("BAOCAO_TEXTS").expect("BAOCAO_TEXTS names a folder");
    let mut scores: std::collections::BTreeMap<String, (usize, usize, usize)> = Default::default();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        let text: String = text.nfc().collect();
        assert_eq!(
            decode(text.as_bytes(), None).unwrap().text,
            text,
            "{}",
            path.display()
        );
        for (encoding, how, bytes) in encodings(&text) {
            let decoded = decode(&bytes, None)
                .map(|d| (d.encoding, d.text))
                .unwrap_or((Encoding::Utf8, String::new()));
            let letters =
                |t: &str| -> Vec<char> { t.chars().filter(|c| c.is_alphabetic()).collect() };
            let (want, got) = (letters(&text), letters(&decoded.1));
            let right = if want.len() == got.len() {
                want.iter().zip(&got).filter(|(a, b)| a == b).count()
            } else {
                // Letters lost or added: compare word by word from the front.
                let (a, b) = (text.split_whitespace(), decoded.1.split_whitespace());
                a.zip(b)
                    .filter(|(a, b)| letters(a) == letters(b))
                    .map(|(a, _)| letters(a).len())
                    .sum()
            };
            if right < want.len() {
                let bad = text
                    .split_whitespace()
                    .zip(decoded.1.split_whitespace())
                    .find(|(a, b)| letters(a) != letters(b));
                println!(
                    "{encoding} {how}: {} of {} as {} {bad:?} {}",
                    right,
                    want.len(),
                    decoded.0,
                    path.file_name().unwrap().to_string_lossy()
                );
            }
            let score = scores.entry(format!("{encoding} {how}")).or_default();
            score.0 += 1;
            score.1 += right;
            score.2 += want.len();
        }
    }
    for (name, (texts, right, all)) in scores {
        println!(
            "{name:24} {texts} texts, {:.3} % of letters",
            100.0 * right as f64 / all as f64
        );
    }
}
