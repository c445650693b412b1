//! The program as a user runs it: output, messages and exit codes, and every command of the README.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The program, run in the repository with the sample reports' index in a temporary folder.
fn baocao(index: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_baocao"));
    command
        .current_dir(repository())
        .env("BAOCAO_INDEX", index)
        .env_remove("NO_COLOR")
        .args(args);
    command.stdin(Stdio::null());
    command
}

fn run(index: &Path, args: &[&str]) -> Output {
    baocao(index, args).output().expect("the program starts")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("output is UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("messages are UTF-8")
}

/// An index of `corpus/`, built once for all tests.
fn sample_index() -> &'static Path {
    static INDEX: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = INDEX.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("index");
        let done = run(&path, &["index", "corpus"]);
        assert!(done.status.success(), "{}", stderr(&done));
        (dir, path)
    });
    path
}

/// Times and sizes that differ from run to run are left out, and so is where the paragraph that holds one is wrapped.
fn settled(text: &str) -> String {
    let mut out = String::new();
    let mut wrapped = false;
    for line in text.lines() {
        let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        wrapped &= !line.is_empty();
        for i in 1..words.len() {
            let unit = words[i].trim_end_matches(|c: char| !c.is_alphanumeric());
            if matches!(unit, "ms" | "s" | "MB")
                && words[i - 1].trim_start_matches('(').parse::<f64>().is_ok()
            {
                words[i - 1] = "#".into();
                wrapped = true;
            }
        }
        out.push_str(words.join(" ").trim_end());
        out.push(if wrapped { ' ' } else { '\n' });
    }
    out
}

/// The commands of a Markdown file with the output printed under each: blocks of ```console with `$ ` lines.
fn console_examples(markdown: &str) -> Vec<(String, String)> {
    let mut examples: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    for line in markdown.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if inside {
            if let Some(command) = line.strip_prefix("$ ") {
                examples.push((command.to_owned(), String::new()));
            } else if let Some((_, output)) = examples.last_mut() {
                output.push_str(line);
                output.push('\n');
            }
        }
    }
    examples
}

/// Splits as a shell does, for words and quotes.
fn shell_words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    for c in command.chars() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// The output of a README command: `baocao …` runs the program, `… | head -n N` keeps the first lines.
fn readme_output(command: &str) -> Option<String> {
    let (command, head) = match command.split_once(" | head -n ") {
        Some((command, n)) => (command, n.trim().parse::<usize>().ok()),
        None => (command, None),
    };
    let words = shell_words(command);
    let (program, args) = words.split_first()?;
    if program != "baocao" {
        return None;
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let output = run(sample_index(), &args);
    let printed = stdout(&output);
    let lines: Vec<&str> = printed.lines().take(head.unwrap_or(usize::MAX)).collect();
    Some(lines.join("\n") + "\n")
}

/// Replaces the printed output of a Markdown file by what the program prints now.
fn refreshed(markdown: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    let mut skipping = false;
    for line in markdown.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
            skipping = false;
        }
        if inside && let Some(command) = line.strip_prefix("$ ") {
            out.push_str(line);
            out.push('\n');
            match readme_output(command) {
                Some(output) => {
                    out.push_str(&output);
                    skipping = true;
                }
                None => skipping = false,
            }
            continue;
        }
        if !skipping {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// `BAOCAO_UPDATE=1 cargo test --test cli` writes the new output into the files.
fn check_readme(name: &str) {
    let path = repository().join(name);
    let markdown = std::fs::read_to_string(&path).unwrap();
    if std::env::var_os("BAOCAO_UPDATE").is_some() {
        std::fs::write(&path, refreshed(&markdown)).unwrap();
        return;
    }
    let examples = console_examples(&markdown);
    let mut checked = 0;
    for (command, shown) in &examples {
        let Some(printed) = readme_output(command) else {
            continue;
        };
        assert_eq!(settled(&printed), settled(shown), "{name}: $ {command}");
        checked += 1;
    }
    assert!(
        checked >= 4,
        "{name} shows only {checked} commands with their output"
    );
}

#[test]
fn the_readme_shows_what_the_program_prints() {
    check_readme("README.md");
}

#[test]
fn the_vietnamese_readme_shows_what_the_program_prints() {
    check_readme("README.vi.md");
}

#[test]
fn indexing_twice_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let index = dir.path().join("index");
    let query = [
        "search",
        "von fdi quang ninh 6 thang dau nam 2020",
        "--format",
        "json",
        "--facets",
    ];
    let first = run(&index, &["index", "corpus"]);
    assert_eq!(first.status.code(), Some(0), "{}", stderr(&first));
    let before = stdout(&run(&index, &query));
    let second = run(&index, &["index", "corpus"]);
    assert!(
        stdout(&second).starts_with("0 new, 0 changed, 34 unchanged, 0 removed"),
        "{}",
        stdout(&second)
    );
    let after = stdout(&run(&index, &query));
    let timeless = |text: &str| -> Vec<String> {
        text.lines()
            .filter(|l| !l.contains("\"took_ms\""))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(timeless(&before), timeless(&after));
    assert!(before.contains("quang-ninh-2020-h1-zone-board"));
}

#[test]
fn exit_codes_are_greps() {
    let index = sample_index();
    assert_eq!(run(index, &["search", "ngân sách"]).status.code(), Some(0));
    let none = run(index, &["search", "zzqqxxwwkk", "--exact"]);
    assert_eq!(none.status.code(), Some(1), "{}", stderr(&none));
    assert_eq!(
        run(index, &["search", "--no-such-flag"]).status.code(),
        Some(2)
    );
    let wrong = run(index, &["search", "fdi", "--province", "quang nih"]);
    assert_eq!(wrong.status.code(), Some(2));
    let message = stderr(&wrong);
    assert!(
        message.contains("unknown province 'quang nih'") && message.contains("quang-ninh"),
        "{message}"
    );
    assert!(wrong.stdout.is_empty(), "results and messages do not mix");
}

#[test]
fn filters_that_name_nothing_are_told_apart() {
    let index = sample_index();
    for (args, expected) in [
        (["figures", "--period", "ngày nào đó"], "unknown period"),
        (
            ["figures", "--metric", "fdi.capitel"],
            "did you mean 'fdi.capital'?",
        ),
        (["figures", "--basis", "actal"], "unknown basis"),
        (
            ["show", "no-such-report", "--json"],
            "no report 'no-such-report'",
        ),
    ] {
        let output = run(index, &args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(
            stderr(&output).contains(expected),
            "{args:?}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn missing_and_empty_input_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let index = dir.path().join("index");
    let missing = run(&index, &["index", "no/such/folder"]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(
        stderr(&missing).contains("no/such/folder"),
        "{}",
        stderr(&missing)
    );
    let empty = dir.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    let nothing = run(&index, &["index", empty.to_str().unwrap()]);
    assert_eq!(nothing.status.code(), Some(1), "{}", stderr(&nothing));
    let unbuilt = run(&dir.path().join("elsewhere"), &["search", "fdi"]);
    assert_eq!(unbuilt.status.code(), Some(2));
    assert!(
        stderr(&unbuilt).contains("baocao index"),
        "says what to do: {}",
        stderr(&unbuilt)
    );
}

#[test]
fn bad_files_are_skipped_with_their_reason_and_the_rest_is_indexed() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("in");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(
        folder.join("good.txt"),
        "Báo cáo tỉnh Lạng Sơn năm 2021\n\nThu ngân sách đạt 10.000 tỷ đồng.",
    )
    .unwrap();
    std::fs::write(folder.join("binary.txt"), [0u8, 1, 2, 255, 0, 0, 7]).unwrap();
    std::fs::write(folder.join("empty.txt"), "").unwrap();
    let index = dir.path().join("index");
    let done = run(&index, &["index", folder.to_str().unwrap()]);
    assert_eq!(done.status.code(), Some(0));
    assert!(
        stdout(&done).contains("1 new") && stdout(&done).contains("2 skipped"),
        "{}",
        stdout(&done)
    );
    let messages = stderr(&done);
    assert!(
        messages.contains("binary.txt") && messages.contains("empty.txt"),
        "{messages}"
    );
    let found = run(&index, &["search", "lang son", "--format", "ndjson"]);
    assert!(stdout(&found).contains("good.txt"));
}

#[test]
fn a_foreign_folder_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("thesis.doc"), "mine").unwrap();
    for args in [
        vec!["index", "corpus"],
        vec!["index", "corpus", "--rebuild"],
        vec!["search", "fdi"],
    ] {
        let output = run(dir.path(), &args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
    }
    assert_eq!(
        std::fs::read_to_string(dir.path().join("thesis.doc")).unwrap(),
        "mine"
    );
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn odd_queries_are_answered() {
    let index = sample_index();
    let long = "thu hút đầu tư ".repeat(1000);
    let operators = "((((- OR OR \"\" ))) : >= < * ~".to_owned();
    for query in [
        long,
        operators,
        String::new(),
        "\"".into(),
        "\u{0}\u{1b}[31m".into(),
        "🇻🇳 🙂".into(),
    ] {
        let query: String = query.chars().filter(|c| *c != '\0').collect();
        let output = run(index, &["search", "--format", "json", "--", &query]);
        assert!(
            matches!(output.status.code(), Some(0 | 1)),
            "{query:.40}: {}",
            stderr(&output)
        );
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(json["format"], 1);
    }
}

#[test]
fn a_batch_answers_line_by_line() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("queries.txt");
    std::fs::write(&file, "thu ngân sách\nzzqqxxwwkk\n\nvon fdi\n").unwrap();
    let output = run(
        sample_index(),
        &[
            "search",
            "--queries",
            file.to_str().unwrap(),
            "--format",
            "ndjson",
        ],
    );
    let lines: Vec<serde_json::Value> = stdout(&output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let queries: Vec<&str> = lines.iter().map(|l| l["query"].as_str().unwrap()).collect();
    assert_eq!(queries, ["thu ngân sách", "zzqqxxwwkk", "", "von fdi"]);
    assert!(lines[0]["took_ms"].as_f64().unwrap() > 0.0);
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mut child = baocao(sample_index(), &["figures", "--format", "ndjson"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdout.take().unwrap();
    let mut first = [0u8; 1];
    pipe.read_exact(&mut first).unwrap();
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(output.stderr.is_empty(), "{}", stderr(&output));
}

#[test]
fn restore_is_a_filter() {
    let text = "Tổng thu ngân sách đạt 5.000 tỷ đồng.\nplain ascii stays\n";
    let mut child = baocao(sample_index(), &["restore"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        text,
        "intact text passes unchanged"
    );
}

#[test]
fn reports_cannot_steer_the_terminal() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("in");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(
        folder.join("hostile.txt"),
        "Báo cáo \u{1b}]0;title\u{7} tỉnh Cao Bằng 2020\n\nThu ngân sách \u{1b}[2J đạt 1.000 tỷ đồng.",
    )
    .unwrap();
    let index = dir.path().join("index");
    assert!(
        run(&index, &["index", folder.to_str().unwrap()])
            .status
            .success()
    );
    for args in [
        vec!["search", "ngân sách"],
        vec!["show", "hostile"],
        vec!["figures"],
    ] {
        let output = run(&index, &args);
        assert!(
            !output.stdout.contains(&0x1b) && !output.stdout.contains(&7),
            "{args:?}: {}",
            stdout(&output)
        );
    }
}

#[test]
fn a_condition_may_name_its_metric_in_words() {
    let by = |condition: &str| {
        let output = run(
            sample_index(),
            &["figures", "--where", condition, "--format", "csv"],
        );
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        stdout(&output)
    };
    assert_eq!(
        by("thu ngân sách > 9.000 tỷ đồng"),
        by("budget.revenue>9.000 tỷ đồng")
    );
    let bad = run(
        sample_index(),
        &["figures", "--where", "thu ngân sách nhiều"],
    );
    assert_eq!(bad.status.code(), Some(2));
}

#[test]
fn what_a_unit_leaves_alone_is_said() {
    let notes = |args: &[&str]| {
        let mut all = vec!["figures", "-m", "trade.exports", "--unit", "tỷ đồng"];
        all.extend(args);
        stderr(&run(sample_index(), &all))
    };
    assert_eq!(
        notes(&[]),
        "note: values in USD stay as they are; --rate says how many dong a dollar is\n"
    );
    assert_eq!(notes(&["--rate", "23200"]), "");
}

#[test]
fn metrics_of_the_users_own_have_their_names_in_tables() {
    let dir = tempfile::tempdir().unwrap();
    let corpus = dir.path().join("corpus");
    std::fs::create_dir(&corpus).unwrap();
    std::fs::write(
        corpus.join("a.txt"),
        "Báo cáo năm 2021 của tỉnh Hà Nam\n\nNăm 2021, tỷ lệ dân dùng nước sạch đạt 91,5%.",
    )
    .unwrap();
    let table = dir.path().join("metrics.toml");
    std::fs::write(
        &table,
        "[[metric]]\ncode = 'water'\nvi = 'Nước'\nen = 'Water'\n\n[[metric]]\ncode = 'water.supplied'\n\
         vi = 'Tỷ lệ dùng nước sạch'\nen = 'Clean water'\nunits = ['percent']\ncues = ['tỷ lệ dân dùng nước sạch']\n",
    )
    .unwrap();
    let index = dir.path().join("index");
    let path = |path: &Path| path.to_str().unwrap().to_owned();
    let done = run(
        &index,
        &["index", &path(&corpus), "--taxonomy", &path(&table)],
    );
    assert!(done.status.success(), "{}", stderr(&done));
    for args in [
        vec!["figures", "--pivot", "province,period"],
        vec!["search", "nước sạch"],
    ] {
        let shown = stdout(&run(&index, &args));
        assert!(shown.contains("Tỷ lệ dùng nước sạch"), "{args:?}: {shown}");
    }
}
