//! The main text of a page: which box holds it, and what inside that box is furniture.
//!
//! 1. Elements that are never text (scripts, forms, `nav`, `footer`, hidden ones) are dropped, and those whose class or id names furniture
//!    (`menu`, `share`, `related`, `tin-lien-quan`, …) unless they hold a third of the running text, as a careless class name can.
//! 2. *Running text* of a block is its text outside of links, where it is 25 letters or more and mostly no link; cells of a table count too.
//! 3. From `body` down, as long as one child holds 85 % of the running text of its parent and 60 % of the page's.
//! 4. Inside: lists and boxes that are mostly links go, lines of furniture (`Chia sẻ`, `In trang`) go, and a heading such as
//!    `Tin liên quan` takes the link lists behind it along.

use super::super::budget::Budget;
use super::super::legacy_font::LegacyFont;
use super::super::table::{self, Cell};
use super::super::{Format, Result, Warning};
use super::dom::{Content, Dom, NodeId};
use super::furniture::{LINES, NEVER_TEXT, RELATED, is_date_line, names_furniture, plain};
use super::meta;
use crate::text::fold;

pub(super) struct MainText {
    pub text: String,
    pub heading: Option<String>,
    /// A date printed beside the heading.
    pub dated: Option<String>,
    pub warnings: Vec<Warning>,
}

/// What is known of a node, by its number.
#[derive(Clone, Copy, Default)]
struct Weight {
    dropped: bool,
    /// Nearest block-level element, itself included.
    block: NodeId,
    in_link: bool,
    in_cell: bool,
    /// Letters and digits below, inside links, and of running text.
    letters: u32,
    linked: u32,
    links: u32,
    running: u32,
}

pub(super) fn extract(dom: &Dom, page_title: Option<&str>, budget: &Budget) -> Result<MainText> {
    let mut page = Page {
        dom,
        order: Vec::with_capacity(dom.len()),
        weights: vec![Weight::default(); dom.len()],
    };
    page.drop_never_text();
    page.weigh();
    if page.drop_furniture() {
        page.weigh();
    }
    budget.check_time(Format::Html)?;
    let container = page.container();
    let heading = page.heading(container, page_title);
    let dated = page.date();
    let (text, warnings) = page.write(container, budget)?;
    Ok(MainText {
        text,
        heading,
        dated,
        warnings,
    })
}

struct Page<'a> {
    dom: &'a Dom,
    order: Vec<NodeId>,
    weights: Vec<Weight>,
}

fn is_block(tag: &str) -> bool {
    !matches!(
        tag,
        "" | "a"
            | "abbr"
            | "acronym"
            | "b"
            | "bdi"
            | "bdo"
            | "big"
            | "cite"
            | "code"
            | "data"
            | "del"
            | "dfn"
            | "em"
            | "font"
            | "i"
            | "img"
            | "ins"
            | "kbd"
            | "label"
            | "mark"
            | "nobr"
            | "o:p"
            | "q"
            | "s"
            | "samp"
            | "small"
            | "span"
            | "st1:place"
            | "strike"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "tt"
            | "u"
            | "var"
            | "wbr"
            | "br"
    )
}

impl Page<'_> {
    fn weight(&self, id: NodeId) -> &Weight {
        &self.weights[id as usize]
    }

    fn drop_never_text(&mut self) {
        let mut nodes = self.dom.descendants(self.dom.root());
        while let Some(id) = nodes.next() {
            let tag = self.dom.tag(id);
            // A page header goes; a header inside an article holds its title.
            let is_page_header = tag == "header" && self.dom.attr(id, "role") == Some("banner");
            if NEVER_TEXT.contains(&tag) || is_page_header || self.is_hidden(id) {
                self.weights[id as usize].dropped = true;
                nodes.leave(id);
            }
        }
    }

    fn is_hidden(&self, id: NodeId) -> bool {
        let attr = |name| self.dom.attr(id, name);
        attr("hidden").is_some()
            || attr("aria-hidden") == Some("true")
            || attr("role").is_some_and(|role| {
                matches!(
                    role,
                    "navigation"
                        | "banner"
                        | "contentinfo"
                        | "search"
                        | "menu"
                        | "menubar"
                        | "dialog"
                )
            })
            || attr("style").is_some_and(|style| {
                let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
                let style = style.to_ascii_lowercase();
                style.contains("display:none") || style.contains("visibility:hidden")
            })
    }

    /// Drops elements named as furniture; whether any was.
    fn drop_furniture(&mut self) -> bool {
        let whole = self.weight(self.dom.root()).running;
        let mut any = false;
        let mut nodes = self.dom.descendants(self.dom.root());
        while let Some(id) = nodes.next() {
            let weight = self.weights[id as usize];
            if weight.dropped {
                nodes.leave(id);
                continue;
            }
            if matches!(
                self.dom.tag(id),
                "" | "body" | "html" | "main" | "article" | "p" | "h1" | "td" | "tr" | "tbody"
            ) {
                continue;
            }
            let named = ["class", "id"]
                .iter()
                .filter_map(|attr| self.dom.attr(id, attr))
                .any(names_furniture);
            if named && u64::from(weight.running) * 3 < u64::from(whole) {
                self.weights[id as usize].dropped = true;
                any = true;
                nodes.leave(id);
            }
        }
        any
    }

    /// Fills everything but `dropped`.
    fn weigh(&mut self) {
        self.order.clear();
        let root = self.dom.root();
        let mut nodes = self.dom.descendants(root);
        while let Some(id) = nodes.next() {
            let above = self
                .dom
                .parent(id)
                .map(|parent| *self.weight(parent))
                .unwrap_or_default();
            let tag = self.dom.tag(id);
            let weight = &mut self.weights[id as usize];
            if weight.dropped {
                nodes.leave(id);
                continue;
            }
            *weight = Weight {
                block: if is_block(tag) { id } else { above.block },
                in_link: above.in_link || tag == "a",
                in_cell: above.in_cell || matches!(tag, "td" | "th"),
                links: u32::from(tag == "a"),
                ..Weight::default()
            };
            self.order.push(id);
        }
        // Text of each block itself first, so that the length of a paragraph does not depend on its inline tags.
        let mut own = vec![(0_u32, 0_u32, false); self.weights.len()];
        for &id in &self.order {
            if let Content::Text(text) = self.dom.content(id) {
                let letters = text.chars().filter(|c| c.is_alphanumeric()).count() as u32;
                let weight = &mut self.weights[id as usize];
                weight.letters = letters;
                weight.linked = if weight.in_link { letters } else { 0 };
                let block = &mut own[weight.block as usize];
                block.0 += letters;
                block.1 += weight.linked;
                block.2 |= weight.in_cell;
            }
        }
        for index in (0..self.order.len()).rev() {
            let id = self.order[index];
            let (letters, linked, in_cell) = own[id as usize];
            let weight = &mut self.weights[id as usize];
            if linked * 2 < letters && (letters >= 25 || (in_cell && letters > 0)) {
                weight.running += letters - linked;
            }
            let weight = *weight;
            if let Some(parent) = self.dom.parent(id) {
                let above = &mut self.weights[parent as usize];
                above.letters += weight.letters;
                above.linked += weight.linked;
                above.links += weight.links;
                above.running += weight.running;
            }
        }
    }

    /// The smallest box that holds the running text.
    fn container(&self) -> NodeId {
        let mut at = self.dom.root();
        let whole = u64::from(self.weight(at).running);
        loop {
            let best = self
                .dom
                .children(at)
                .filter(|child| !self.weight(*child).dropped)
                .max_by_key(|child| (self.weight(*child).running, std::cmp::Reverse(*child)));
            let Some(best) = best else { return at };
            let running = u64::from(self.weight(best).running);
            let narrows = running * 100 >= u64::from(self.weight(at).running) * 85
                && running * 100 >= whole * 60;
            let is_unit = matches!(
                self.dom.tag(best),
                "p" | "ul" | "ol" | "dl" | "pre" | "blockquote" | "h1" | "h2" | "a" | ""
            ) || (self.dom.tag(best) == "table" && self.is_data_table(best));
            if running == 0 || !narrows || is_unit {
                return at;
            }
            at = best;
        }
    }

    /// Whether a table shows data, as opposed to laying out a page.
    fn is_data_table(&self, table: NodeId) -> bool {
        if self.dom.attr(table, "role") == Some("presentation") {
            return false;
        }
        let (mut rows, mut cells, mut longest) = (0, 0, 0);
        for id in self.dom.descendants(table) {
            match self.dom.tag(id) {
                "table" if id != table => return false,
                "tr" => rows += 1,
                "th" | "td" => {
                    cells += 1;
                    longest = longest.max(self.weight(id).letters);
                }
                _ => {}
            }
        }
        rows >= 2 && cells > rows && longest <= 400
    }

    /// The heading of the text: the one that agrees with the page's title, else the last `h1` at or before the text.
    fn heading(&self, container: NodeId, page_title: Option<&str>) -> Option<String> {
        let title = page_title.map(fold).unwrap_or_default();
        let mut fallback = None;
        for &id in &self.order {
            let tag = self.dom.tag(id);
            let is_titled = self
                .dom
                .attr(id, "class")
                .is_some_and(|class| class.to_ascii_lowercase().contains("title"));
            if !(matches!(tag, "h1" | "h2" | "h3") || (is_titled && is_block(tag)))
                || self.weight(id).letters > 300
            {
                continue;
            }
            let text = table::one_line(&self.dom.text(id));
            if text.chars().count() < 10 {
                continue;
            }
            let folded = fold(&text);
            if !title.is_empty()
                && (title.contains(&folded) || folded.contains(&title))
                && folded.len() * 2 >= title.len()
            {
                return Some(text);
            }
            if tag == "h1" && (fallback.is_none() || id <= container) {
                fallback = Some(text);
            }
        }
        fallback
    }

    /// A date in a short block that is marked as a date, outside of the furniture.
    fn date(&self) -> Option<String> {
        for &id in &self.order {
            let weight = self.weight(id);
            if weight.letters == 0 || weight.letters > 80 {
                continue;
            }
            let marked = ["class", "id", "itemprop"]
                .iter()
                .filter_map(|attr| self.dom.attr(id, attr))
                .any(|name| {
                    let name = name.to_ascii_lowercase();
                    ["date", "time", "ngay", "publish"]
                        .iter()
                        .any(|word| name.contains(word))
                });
            let is_block = weight.block == id;
            if !marked && !is_block {
                continue;
            }
            let text = self.dom.text(id);
            let folded = fold(&text);
            if (marked || is_date_line(&folded))
                && !folded.contains("giay phep")
                && let Some(date) = meta::iso_date(&text)
            {
                return Some(date);
            }
        }
        None
    }

    fn write(&self, container: NodeId, budget: &Budget) -> Result<(String, Vec<Warning>)> {
        let mut out = Writer {
            text: String::new(),
            line: String::new(),
            block: container,
            is_item: false,
            budget,
        };
        let mut warnings: Vec<Warning> = Vec::new();
        let mut behind_related = false;
        let mut nodes = self.dom.descendants(container);
        let mut count = 0_usize;
        while let Some(id) = nodes.next() {
            count += 1;
            if count.is_multiple_of(4096) {
                budget.check_time(Format::Html)?;
            }
            let weight = self.weight(id);
            if weight.dropped {
                nodes.leave(id);
                continue;
            }
            match self.dom.content(id) {
                Content::Text(text) => {
                    out.enter(weight.block, self.dom.tag(weight.block))?;
                    match self.legacy_font(id) {
                        Some((font, name)) => {
                            let warning = Warning::LegacyFont(name.to_owned());
                            if !warnings.contains(&warning) {
                                warnings.push(warning);
                            }
                            out.put(&font.decode(text));
                        }
                        None if self.is_preformatted(weight.block) => out.put_lines(text)?,
                        None => out.put(text),
                    }
                }
                Content::Element { .. } => {
                    let tag = self.dom.tag(id);
                    if tag == "br" {
                        out.end_line()?;
                    }
                    if id == container || !is_block(tag) {
                        continue;
                    }
                    let text_of_block = (weight.letters <= 80).then(|| fold(&self.dom.text(id)));
                    let line = text_of_block.as_deref().map(plain).unwrap_or_default();
                    if !line.is_empty()
                        && RELATED.iter().any(|start| line.starts_with(start.as_str()))
                        && weight.letters <= 40
                    {
                        behind_related = true;
                        nodes.leave(id);
                        continue;
                    }
                    let dense = u64::from(weight.linked) * 10 >= u64::from(weight.letters) * 6
                        && weight.letters > 0;
                    let is_list =
                        matches!(tag, "ul" | "ol" | "div" | "section" | "table" | "td" | "dl");
                    let is_links = dense && (behind_related || (is_list && weight.links >= 2));
                    if is_links
                        || LINES.contains(&line)
                        || (is_date_line(&line)
                            && weight.letters <= 60
                            && meta::iso_date(&self.dom.text(id)).is_some())
                    {
                        nodes.leave(id);
                        continue;
                    }
                    if behind_related && weight.running >= 80 {
                        behind_related = false;
                    }
                    if tag == "table" && self.is_data_table(id) {
                        out.end_line()?;
                        let rows = self.rows(id);
                        budget.push(&mut out.text, &table::lines(&rows))?;
                        nodes.leave(id);
                    }
                }
                Content::Other => {}
            }
        }
        out.end_line()?;
        Ok((out.text, warnings))
    }

    fn rows(&self, table: NodeId) -> Vec<Vec<Cell>> {
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        let mut captions = Vec::new();
        let mut nodes = self.dom.descendants(table);
        while let Some(id) = nodes.next() {
            match self.dom.tag(id) {
                "tr" => rows.push(Vec::new()),
                "caption" => {
                    captions.push(vec![Cell {
                        text: self.cell_text(id),
                        cols: usize::MAX,
                        ..Cell::default()
                    }]);
                    nodes.leave(id);
                }
                tag @ ("td" | "th") => {
                    let span = |name| -> usize {
                        self.dom
                            .attr(id, name)
                            .and_then(|value| value.trim().parse().ok())
                            .unwrap_or(1)
                    };
                    let cell = Cell {
                        text: self.cell_text(id),
                        cols: span("colspan"),
                        rows: span("rowspan").min(10_000),
                        is_header: tag == "th" || self.is_in_thead(id),
                    };
                    if let Some(row) = rows.last_mut() {
                        row.push(cell);
                    }
                    nodes.leave(id);
                }
                _ => {}
            }
        }
        captions.append(&mut rows);
        captions
    }

    fn is_in_thead(&self, cell: NodeId) -> bool {
        self.dom
            .parent(cell)
            .and_then(|row| self.dom.parent(row))
            .is_some_and(|group| self.dom.tag(group) == "thead")
    }

    fn cell_text(&self, cell: NodeId) -> String {
        let mut text = String::new();
        let mut nodes = self.dom.descendants(cell);
        while let Some(id) = nodes.next() {
            if self.weight(id).dropped {
                nodes.leave(id);
                continue;
            }
            match self.dom.content(id) {
                Content::Text(more) => match self.legacy_font(id) {
                    Some((font, _)) => text.push_str(&font.decode(more)),
                    None => text.push_str(more),
                },
                _ if id != cell && (is_block(self.dom.tag(id)) || self.dom.tag(id) == "br") => {
                    text.push(' ')
                }
                _ => {}
            }
        }
        text
    }

    /// The legacy font that the nearest `font` or style above a text names.
    fn legacy_font(&self, text: NodeId) -> Option<(LegacyFont, &str)> {
        let mut at = self.dom.parent(text);
        for _ in 0..8 {
            let id = at?;
            let named = self.dom.attr(id, "face").or_else(|| {
                let style = self.dom.attr(id, "style")?;
                let at = style.to_ascii_lowercase().find("font-family")?;
                style.get(at..)?.split_once(':')?.1.split(';').next()
            });
            if let Some(named) = named {
                let first = named.split(',').next()?.trim().trim_matches(['"', '\'']);
                return LegacyFont::of(first).map(|font| (font, first));
            }
            at = self.dom.parent(id);
        }
        None
    }

    fn is_preformatted(&self, block: NodeId) -> bool {
        self.dom.tag(block) == "pre"
    }
}

/// Lines of text, white space collapsed as a browser does.
struct Writer<'a> {
    text: String,
    line: String,
    block: NodeId,
    is_item: bool,
    budget: &'a Budget,
}

impl Writer<'_> {
    fn enter(&mut self, block: NodeId, tag: &str) -> Result<()> {
        if block != self.block {
            self.end_line()?;
            self.block = block;
            self.is_item = tag == "li";
        }
        Ok(())
    }

    fn put(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '\0' => {}
                c if c.is_whitespace() => {
                    if !self.line.is_empty() && !self.line.ends_with(' ') {
                        self.line.push(' ');
                    }
                }
                c => self.line.push(c),
            }
        }
    }

    fn put_lines(&mut self, text: &str) -> Result<()> {
        for (i, line) in text.split('\n').enumerate() {
            if i > 0 {
                self.end_line()?;
            }
            self.put(line);
        }
        Ok(())
    }

    fn end_line(&mut self) -> Result<()> {
        let line = self.line.trim();
        let is_furniture = line.len() <= 40 && LINES.contains(&plain(&fold(line)));
        if !line.is_empty() && !is_furniture {
            if self.is_item
                && !line.starts_with(['-', '+', '•', '*'])
                && !line.starts_with(|c: char| c.is_ascii_digit())
            {
                self.budget.push(&mut self.text, "- ")?;
            }
            self.is_item = false;
            self.budget.push(&mut self.text, line)?;
            self.budget.push(&mut self.text, "\n")?;
        }
        self.line.clear();
        Ok(())
    }
}
