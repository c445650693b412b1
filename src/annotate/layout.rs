//! The shape of a text over its tokens: lines, sentences, and whether a line is written without marks or all in capitals.
//!
//! Shared by the recognisers, so that each decides on the same boundaries.

use crate::Span;
use std::ops::Range;

use super::overview::{Defined, defines};
use crate::text::{TokenKind, Tokens};

/// One line of the text (a paragraph, a headline, a list item).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// First token.
    pub first: u32,
    /// One past the last token, the break not counted.
    pub end: u32,
    /// Number of word tokens.
    pub words: u32,
    /// Written without diacritics, so that bare words may stand for marked ones.
    pub bare: bool,
    /// Nearly all letters are capitals, so that capitals say nothing.
    pub caps: bool,
    /// The caption of a picture, by its credit (`Ảnh: …`).
    pub caption: bool,
}

impl Line {
    /// From its first token to its last.
    pub(crate) fn span(&self, tokens: &Tokens) -> Span {
        let list = tokens.list();
        let (first, last) = (list[self.first as usize], list[self.end as usize - 1]);
        first.span.cover(last.span)
    }
}

/// One sentence or list item within a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// First token.
    pub first: u32,
    /// One past the last token.
    pub end: u32,
    /// Index of its line.
    pub line: u32,
}

/// Lines and sentences of a text.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    lines: Vec<Line>,
    sentences: Vec<Sentence>,
    /// Byte offset at which each sentence begins, for look-ups by offset.
    starts: Vec<usize>,
    title: Option<usize>,
    defined: Option<Defined>,
}

impl Layout {
    /// Cuts a text into lines and sentences.
    #[must_use]
    pub fn new(text: &str, tokens: &Tokens) -> Self {
        let list = tokens.list();
        let mut layout = Self::default();
        let (mut words, mut marked) = (0_u32, 0_u32);
        let mut at = 0;
        while at < list.len() {
            if list[at].kind == TokenKind::Break {
                at += 1;
                continue;
            }
            let first = at;
            let mut line = Line {
                first: first as u32,
                end: 0,
                words: 0,
                bare: false,
                caps: false,
                caption: false,
            };
            let (mut line_marked, mut capitals) = (0, 0);
            while at < list.len() && list[at].kind != TokenKind::Break {
                let token = &list[at];
                if token.kind == TokenKind::Word {
                    line.words += 1;
                    line_marked += u32::from(token.has_marks());
                    capitals += u32::from(token.is_upper());
                }
                at += 1;
            }
            line.end = at as u32;
            words += line.words;
            marked += line_marked;
            line.bare = line.words >= 5 && line_marked * 12 < line.words;
            line.caps = line.words >= 2 && capitals * 10 >= line.words * 8;
            line.caption = is_caption(text, tokens, &line);
            layout.push_sentences(text, tokens, line);
            layout.lines.push(line);
        }
        let definition = layout
            .lines
            .iter()
            .take(6)
            .position(|line| line.words >= 12)
            .and_then(|i| Some((i, defines(text, tokens, &layout.lines[i])?)));
        layout.defined = definition.map(|(_, defined)| defined);
        layout.title = layout
            .find_title(text, tokens)
            .filter(|title| definition.is_none_or(|(i, _)| i != *title));
        // A line of few words cannot tell; the text around it does.
        let bare_text = words > 0 && marked * 12 < words;
        for line in layout.lines.iter_mut().filter(|line| line.words < 5) {
            line.bare = bare_text;
        }
        layout
    }

    fn push_sentences(&mut self, text: &str, tokens: &Tokens, line: Line) {
        let list = tokens.list();
        let index = self.lines.len() as u32;
        let mut first = line.first;
        for at in line.first..line.end {
            let token = &list[at as usize];
            let ends = token.kind == TokenKind::Punct
                && match token.span.of(text) {
                    ";" | "!" | "?" | "…" => true,
                    "." => {
                        let next = list.get(at as usize + 1);
                        let abbreviation = at > line.first
                            && list[at as usize - 1].kind == TokenKind::Word
                            && list[at as usize - 1].span.len() <= 2
                            && list[at as usize - 1].is_capital()
                            // `quý II.` ends a sentence.
                            && !matches!(tokens.exact(&list[at as usize - 1]), "i" | "ii" | "iv" | "v");
                        !abbreviation && next.is_none_or(|n| n.spaced || n.kind == TokenKind::Break)
                    }
                    _ => false,
                };
            if ends || at + 1 == line.end {
                self.sentences.push(Sentence {
                    first,
                    end: at + 1,
                    line: index,
                });
                self.starts.push(list[first as usize].span.start);
                first = at + 1;
            }
        }
    }

    /// The headline: the first line that reads like one, menus, slugs and cut headlines passed over.
    fn find_title(&self, text: &str, tokens: &Tokens) -> Option<usize> {
        let list = tokens.list();
        let fits = |line: &Line| (4..=60).contains(&line.words);
        let head = &self.lines[..self.lines.len().min(8)];
        let last = |line: &Line| list[line.end as usize - 1].span.of(text);
        let text_of = |line: &Line| line.span(tokens).of(text);
        // A line all of hyphens between words is a slug.
        let slug = |line: &Line| {
            let hyphens = (line.first..line.end)
                .filter(|&t| list[t as usize].span.of(text) == "-")
                .count() as u32;
            hyphens * 2 > line.words
        };
        let marked = head.iter().any(|line| !line.bare);
        // A paragraph has sentences; a headline is one.
        let one = |line: &Line| {
            !(line.first + 1..line.end.saturating_sub(1)).any(|t| {
                let t = t as usize;
                list[t].span.of(text) == "." && list[t + 1].spaced && list[t - 1].span.len() > 2
            })
        };
        let good = |line: &&Line| {
            fits(line)
                && one(line)
                && !slug(line)
                && (!marked || !line.bare)
                && !matches!(last(line), "…" | "." | ";" | ":")
                && !is_masthead(text_of(line))
        };
        // Behind the first paragraph no headline of the whole stands any more.
        let paragraph = |line: &&Line| {
            let end = list[line.end as usize - 1].span.end;
            line.words >= 12
                && (line.words > 60 || !one(line) || last(line) == ".")
                && !text[..end].ends_with("..")
        };
        let found = head.iter().take_while(|l| !paragraph(l)).find(good)?;
        self.lines.iter().position(|line| line == found)
    }

    /// Whether line `index` is a headline, or one of the lines over which it is broken; `title` are the folded words of the headline.
    pub(crate) fn is_of_title(&self, index: usize, tokens: &Tokens, title: &[&str]) -> bool {
        /// Lines among which a headline stands.
        const HEAD: usize = 10;
        /// Words of a part that is no name or label.
        const PART: usize = 4;
        let Some(line) = self.lines.get(index).filter(|_| index < HEAD) else {
            return false;
        };
        let list = &tokens.list()[line.first as usize..line.end as usize];
        // A paragraph of any length is none.
        if list.len() > title.len() {
            return false;
        }
        let words: Vec<&str> = list.iter().map(|t| tokens.folded(t)).collect();
        words == *title || words.len() >= PART && title.windows(words.len()).any(|w| w == words)
    }

    /// Index of the line that is the headline.
    #[must_use]
    pub fn title(&self) -> Option<usize> {
        self.title
    }

    /// What the place is that the text opens by defining.
    #[must_use]
    pub fn defined(&self) -> Option<Defined> {
        self.defined
    }

    /// The lines that hold anything, in order.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The sentences, in order.
    #[must_use]
    pub fn sentences(&self) -> &[Sentence] {
        &self.sentences
    }

    /// Index of the sentence around a byte offset of the text (the nearest one before it, between two).
    #[must_use]
    pub fn sentence_at(&self, offset: usize) -> Option<usize> {
        self.starts
            .partition_point(|start| *start <= offset)
            .checked_sub(1)
    }

    /// Byte offsets from the start of sentence `index` to the start of the next one.
    #[must_use]
    pub fn reach(&self, index: usize) -> Range<usize> {
        self.starts[index]..self.starts.get(index + 1).copied().unwrap_or(usize::MAX)
    }

    /// The sentences of the line that sentence `index` lies in.
    #[must_use]
    pub fn paragraph_of(&self, index: usize) -> Range<usize> {
        let line = self.sentences[index].line;
        let first = self.sentences.partition_point(|s| s.line < line);
        let end = self.sentences.partition_point(|s| s.line <= line);
        first..end
    }
}

/// Whether a line is the name of the paper or site that the text stands in: `Báo Công Thương`, `Cổng thông tin điện tử tỉnh X`; or
/// its menu.
pub(crate) fn is_masthead(line: &str) -> bool {
    /// Words of such a name.
    const NAME: usize = 9;
    const OPENINGS: [&str; 5] = [
        "cổng thông tin điện tử",
        "trang thông tin điện tử",
        "báo điện tử",
        "đài phát thanh",
        "cơ quan ngôn luận",
    ];
    let count = line.split_whitespace().count();
    if is_menu(line) {
        return true;
    }
    if count > NAME || line.contains([':', '.', ',']) {
        return false;
    }
    let lower = line.trim().to_lowercase();
    let capital = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
    OPENINGS.iter().any(|opening| lower.starts_with(opening))
        || count <= 6
            && lower.starts_with("báo ")
            && !lower.starts_with("báo cáo")
            && line.split_whitespace().all(capital)
            && line.chars().any(char::is_lowercase)
}

/// `Trang chủ » Kinh tế » Đầu tư`, `Đăng nhập | Sơ đồ | English`: names of a few words between bars, arrows or slashes.
fn is_menu(line: &str) -> bool {
    /// Words of the longest name.
    const NAME: usize = 4;
    const JOINTS: [char; 6] = ['|', '»', '›', '>', '/', '·'];
    let spaced = |word: &str| word.len() <= 2 && word.chars().all(|c| JOINTS.contains(&c));
    let words: Vec<&str> = line.split_whitespace().collect();
    words.iter().any(|word| spaced(word))
        && words
            .split(|word| spaced(word))
            .all(|name| name.len() <= NAME && !name.concat().contains(|c: char| c.is_ascii_digit()))
}

/// Whether a line ends in a credit: `Ảnh: …`, `Biểu đồ: …`, `Nguồn: …`.
fn is_caption(text: &str, tokens: &Tokens, line: &Line) -> bool {
    /// Tokens of a credit, the name of who took the picture included.
    const CREDIT: u32 = 8;
    let list = tokens.list();
    let first = line.first.max(line.end.saturating_sub(CREDIT)) as usize;
    line.words <= 60
        && list[first..line.end as usize].windows(2).any(|pair| {
            pair[1].span.of(text) == ":"
                && matches!(tokens.exact(&pair[0]), "ảnh" | "đồ" | "nguồn" | "họa")
        })
}
