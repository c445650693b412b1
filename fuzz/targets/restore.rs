//! Restoration changes nothing but what it reports, whatever the text, and the way back to the stored text holds.
#![no_main]

use baocao::text::repair::{damage, restore};
use libfuzzer_sys::fuzz_target;

fn check(text: &str) {
    let restored = restore(text);
    let (mut from, mut at) = (0, 0);
    for edit in &restored.edits {
        assert_eq!(
            text[from..edit.original.start],
            restored.text[at..edit.restored.start]
        );
        assert!(!edit.restored.of(&restored.text).is_empty());
        assert!((0.0..=1.0).contains(&edit.confidence));
        assert_eq!(restored.stored(edit.restored), edit.original);
        (from, at) = (edit.original.end, edit.restored.end);
    }
    assert_eq!(text[from..], restored.text[at..]);
}

fuzz_target!(|text: &str| {
    check(text);
    check(&damage(text));
});
