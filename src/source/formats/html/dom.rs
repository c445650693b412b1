//! The tree of a web page, in an arena: no recursion to build, walk or drop it, and a bound on depth and nodes.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{Attribute, LocalName, QualName, TokenizerResult, local_name, ns};

use super::super::budget::Budget;
use super::super::{ExtractError, Format, Result};

pub(super) type NodeId = u32;
const NONE: NodeId = u32::MAX;
const DOCUMENT: NodeId = 0;

pub(super) enum Content {
    Element {
        name: QualName,
        attrs: Vec<(LocalName, StrTendril)>,
    },
    Text(StrTendril),
    Other,
}

struct Node {
    parent: NodeId,
    previous: NodeId,
    next: NodeId,
    first: NodeId,
    last: NodeId,
    depth: u32,
    content: Content,
}

/// A parsed page; node 0 is the document.
pub(super) struct Dom {
    nodes: Vec<Node>,
    /// Answers for nodes that are no elements; the tree builder does not ask for them.
    no_name: QualName,
}

impl Dom {
    /// Parses a page as browsers do. Elements deeper than the limit lose their tags, not their text.
    ///
    /// # Errors
    /// Too many nodes, or no time left.
    pub fn parse(html: &str, budget: &Budget) -> Result<Self> {
        let sink = Sink {
            dom: RefCell::new(Dom {
                nodes: Vec::new(),
                no_name: QualName::new(None, ns!(), local_name!("")),
            }),
            depth: Cell::new(0),
        };
        sink.new_node(Content::Other);
        let builder = TreeBuilder::new(
            sink,
            TreeBuilderOpts {
                scripting_enabled: false,
                ..TreeBuilderOpts::default()
            },
        );
        let guard = Guard {
            builder,
            depth: budget.limits.depth as u32,
            nodes: budget.limits.nodes,
            is_full: Cell::new(false),
        };
        let tokenizer = Tokenizer::new(guard, TokenizerOpts::default());
        let queue = BufferQueue::default();
        // In pieces, so that the clock is looked at also where the parser is slow (thousands of attributes in one tag).
        let mut rest = html;
        while !rest.is_empty() {
            let mut cut = rest.len().min(16 << 10);
            while !rest.is_char_boundary(cut) {
                cut += 1;
            }
            let (piece, behind) = rest.split_at(cut);
            rest = behind;
            queue.push_back(StrTendril::from_slice(piece));
            while !matches!(tokenizer.feed(&queue), TokenizerResult::Done) {}
            budget.check_time(Format::Html)?;
            if tokenizer.sink.is_full.get() {
                return Err(ExtractError::TooLarge {
                    what: "number of nodes of the page",
                    limit: budget.limits.nodes,
                });
            }
        }
        tokenizer.end();
        Ok(tokenizer.sink.builder.sink.finish())
    }

    pub const fn root(&self) -> NodeId {
        DOCUMENT
    }

    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    pub fn content(&self, id: NodeId) -> &Content {
        &self.nodes[id as usize].content
    }

    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        some(self.nodes[id as usize].parent)
    }

    pub fn next_sibling(&self, id: NodeId) -> Option<NodeId> {
        some(self.nodes[id as usize].next)
    }

    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(some(self.nodes[id as usize].first), |id| {
            self.next_sibling(*id)
        })
    }

    /// The tag in lower case, `""` for text and comments.
    pub fn tag(&self, id: NodeId) -> &str {
        match self.content(id) {
            Content::Element { name, .. } => &name.local,
            _ => "",
        }
    }

    pub fn attr(&self, id: NodeId, wanted: &str) -> Option<&str> {
        match self.content(id) {
            Content::Element { attrs, .. } => attrs
                .iter()
                .find(|(name, _)| &**name == wanted)
                .map(|(_, value)| &**value),
            _ => None,
        }
    }

    /// The nodes below and with `id`, parents before children, in the order of the page.
    pub fn descendants(&self, id: NodeId) -> Descendants<'_> {
        Descendants {
            dom: self,
            top: id,
            next: Some(id),
        }
    }

    /// All text below `id`, as it stands.
    pub fn text(&self, id: NodeId) -> String {
        let mut out = String::new();
        for node in self.descendants(id) {
            if let Content::Text(text) = self.content(node) {
                out.push_str(text);
            } else if matches!(self.tag(node), "br" | "p" | "div" | "li" | "td") {
                out.push(' ');
            }
        }
        out
    }
}

fn some(id: NodeId) -> Option<NodeId> {
    (id != NONE).then_some(id)
}

/// See [`Dom::descendants`].
pub(super) struct Descendants<'a> {
    dom: &'a Dom,
    top: NodeId,
    next: Option<NodeId>,
}

impl Descendants<'_> {
    /// Goes on behind the subtree of `id`.
    pub fn leave(&mut self, id: NodeId) {
        self.next = self.behind(id);
    }

    fn behind(&self, mut id: NodeId) -> Option<NodeId> {
        loop {
            if id == self.top {
                return None;
            }
            if let Some(next) = self.dom.next_sibling(id) {
                return Some(next);
            }
            id = self.dom.parent(id)?;
        }
    }
}

impl Iterator for Descendants<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        let id = self.next?;
        self.next = match some(self.dom.nodes[id as usize].first) {
            Some(first) => Some(first),
            None => self.behind(id),
        };
        Some(id)
    }
}

/// Stands between tokenizer and tree builder: past the depth, start tags are dropped; past the nodes, everything is.
/// Without it the builder's searches through its stack of open elements make a page of nested tags quadratic.
struct Guard {
    builder: TreeBuilder<NodeId, Sink>,
    depth: u32,
    nodes: usize,
    is_full: Cell<bool>,
}

impl TokenSink for Guard {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<NodeId> {
        if self.is_full.get() {
            return TokenSinkResult::Continue;
        }
        if self.builder.sink.dom.borrow().nodes.len() > self.nodes {
            self.is_full.set(true);
            return TokenSinkResult::Continue;
        }
        if let Token::TagToken(tag) = &token
            && tag.kind == html5ever::tokenizer::StartTag
            && self.builder.sink.depth.get() >= self.depth
        {
            return TokenSinkResult::Continue;
        }
        match self.builder.process_token(token, line) {
            // Scripts are not run, and the encoding is settled before.
            TokenSinkResult::Script(_) | TokenSinkResult::EncodingIndicator(_) => {
                TokenSinkResult::Continue
            }
            other => other,
        }
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder
            .adjusted_current_node_present_but_not_in_html_namespace()
    }
}

struct Sink {
    dom: RefCell<Dom>,
    /// Depth of the element that is open last.
    depth: Cell<u32>,
}

impl Sink {
    fn new_node(&self, content: Content) -> NodeId {
        let nodes = &mut self.dom.borrow_mut().nodes;
        nodes.push(Node {
            parent: NONE,
            previous: NONE,
            next: NONE,
            first: NONE,
            last: NONE,
            depth: 0,
            content,
        });
        (nodes.len() - 1) as NodeId
    }
}

impl Dom {
    fn detach(&mut self, id: NodeId) {
        let Node {
            parent,
            previous,
            next,
            ..
        } = self.nodes[id as usize];
        match some(previous) {
            Some(previous) => self.nodes[previous as usize].next = next,
            None if parent != NONE => self.nodes[parent as usize].first = next,
            None => {}
        }
        match some(next) {
            Some(next) => self.nodes[next as usize].previous = previous,
            None if parent != NONE => self.nodes[parent as usize].last = previous,
            None => {}
        }
        let node = &mut self.nodes[id as usize];
        (node.parent, node.previous, node.next) = (NONE, NONE, NONE);
    }

    /// Links `id` below `parent`, before `before` or last.
    fn attach(&mut self, parent: NodeId, id: NodeId, before: Option<NodeId>) {
        self.detach(id);
        let previous = match before {
            Some(before) => self.nodes[before as usize].previous,
            None => self.nodes[parent as usize].last,
        };
        let depth = self.nodes[parent as usize].depth + 1;
        let node = &mut self.nodes[id as usize];
        (node.parent, node.previous, node.next) = (parent, previous, before.unwrap_or(NONE));
        node.depth = depth;
        match some(previous) {
            Some(previous) => self.nodes[previous as usize].next = id,
            None => self.nodes[parent as usize].first = id,
        }
        match before {
            Some(before) => self.nodes[before as usize].previous = id,
            None => self.nodes[parent as usize].last = id,
        }
    }

    /// Adds `more` to `id` where that is a text.
    fn extend_text(&mut self, id: NodeId, more: &StrTendril) -> bool {
        match self
            .nodes
            .get_mut(id as usize)
            .map(|node| &mut node.content)
        {
            Some(Content::Text(text)) => {
                text.push_tendril(more);
                true
            }
            _ => false,
        }
    }
}

impl TreeSink for Sink {
    type Handle = NodeId;
    type Output = Dom;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Dom {
        self.dom.into_inner()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> NodeId {
        DOCUMENT
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Ref<'a, QualName> {
        Ref::map(self.dom.borrow(), |dom| match dom.content(*target) {
            Content::Element { name, .. } => name,
            _ => &dom.no_name,
        })
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, flags: ElementFlags) -> NodeId {
        let id = self.new_node(Content::Element {
            name,
            attrs: attrs
                .into_iter()
                .map(|attr| (attr.name.local, attr.value))
                .collect(),
        });
        if flags.template {
            let inside = self.new_node(Content::Other);
            self.dom.borrow_mut().attach(id, inside, None);
        }
        id
    }

    fn create_comment(&self, _: StrTendril) -> NodeId {
        self.new_node(Content::Other)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> NodeId {
        self.new_node(Content::Other)
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        match child {
            NodeOrText::AppendNode(id) => {
                let dom = &mut self.dom.borrow_mut();
                dom.attach(*parent, id, None);
                if matches!(dom.content(id), Content::Element { .. }) {
                    self.depth.set(dom.nodes[id as usize].depth);
                }
            }
            NodeOrText::AppendText(text) => {
                let last = self.dom.borrow().nodes[*parent as usize].last;
                if !self.dom.borrow_mut().extend_text(last, &text) {
                    let id = self.new_node(Content::Text(text));
                    self.dom.borrow_mut().attach(*parent, id, None);
                }
            }
        }
    }

    fn append_based_on_parent_node(
        &self,
        element: &NodeId,
        previous: &NodeId,
        child: NodeOrText<NodeId>,
    ) {
        if self.dom.borrow().parent(*element).is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn pop(&self, node: &NodeId) {
        let depth = self.dom.borrow().nodes[*node as usize].depth;
        self.depth.set(depth.saturating_sub(1));
    }

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        let first = self.dom.borrow().nodes[*target as usize].first;
        some(first).unwrap_or(*target)
    }

    fn same_node(&self, x: &NodeId, y: &NodeId) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        let Some(parent) = self.dom.borrow().parent(*sibling) else {
            return;
        };
        match child {
            NodeOrText::AppendNode(id) => {
                let dom = &mut self.dom.borrow_mut();
                dom.attach(parent, id, Some(*sibling));
                if matches!(dom.content(id), Content::Element { .. }) {
                    self.depth.set(dom.nodes[id as usize].depth);
                }
            }
            NodeOrText::AppendText(text) => {
                let previous = self.dom.borrow().nodes[*sibling as usize].previous;
                if !self.dom.borrow_mut().extend_text(previous, &text) {
                    let id = self.new_node(Content::Text(text));
                    self.dom.borrow_mut().attach(parent, id, Some(*sibling));
                }
            }
        }
    }

    fn add_attrs_if_missing(&self, target: &NodeId, more: Vec<Attribute>) {
        if let Content::Element { attrs, .. } =
            &mut self.dom.borrow_mut().nodes[*target as usize].content
        {
            for attr in more {
                if attrs.iter().all(|(name, _)| *name != attr.name.local) {
                    attrs.push((attr.name.local, attr.value));
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.dom.borrow_mut().detach(*target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        loop {
            let first = self.dom.borrow().nodes[*node as usize].first;
            let Some(first) = some(first) else { return };
            self.dom.borrow_mut().attach(*new_parent, first, None);
        }
    }
}
