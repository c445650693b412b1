//! Any bytes decode or are refused; plain text comes back as it is, and every encoding can be forced.
#![no_main]

use baocao::text::encoding::{Encoding, decode};
use libfuzzer_sys::fuzz_target;

const FORCED: [&str; 12] = [
    "utf-8",
    "utf-16le",
    "utf-16be",
    "windows-1258",
    "windows-1252",
    "tcvn3",
    "tcvn5712",
    "vni",
    "vps",
    "viscii",
    "viqr",
    "double-utf-8",
];

fuzz_target!(|bytes: &[u8]| {
    if let Ok(decoded) = decode(bytes, None) {
        assert!((0.0..=1.0).contains(&decoded.confidence));
        if bytes.is_ascii() && decoded.encoding == Encoding::Utf8 {
            assert_eq!(decoded.text.as_bytes(), bytes);
        }
    }
    for name in FORCED {
        let encoding: Encoding = name.parse().expect("a name of the table");
        let decoded = decode(bytes, Some(encoding)).expect("forced decoding never refuses");
        assert_eq!(decoded.encoding, encoding);
    }
});
