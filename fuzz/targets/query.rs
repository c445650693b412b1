//! Any text is a legal query; what is reported points into it.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (_, issues) = baocao::query::parse(text);
    for issue in issues {
        assert!(text.get(issue.span.start..issue.span.end).is_some());
        assert!(!issue.message.is_empty());
    }
});
