//! What several benches read.

use baocao::text::repair::restore;

/// The texts of `corpus/` that are intact as they stand, by name.
pub fn intact_reports() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("corpus/ stands beside the manifest")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "txt"))
        .collect();
    paths.sort();
    let texts = paths.iter().filter_map(|p| std::fs::read_to_string(p).ok());
    texts.filter(|text| restore(text).is_intact()).collect()
}
