//! Where on a page its document stands, by the marks of the sites that publish law.
//!
//! The marks are those of the sites' own pages (vbpl.vn before and since its renewal, thuvienphapluat.vn,
//! luatvietnam.vn); the government portals put the text into the page's main part without one. Sites change: an
//! element only counts where it holds words, and any other page is searched for the element its articles share.

use crate::{FormatError, Limits};
use scraper::{ElementRef, Html, Selector};
use std::ops::Deref;

/// A node of a page's tree.
pub(super) type PageNode<'a> = <ElementRef<'a> as Deref>::Target;

/// Where a text stands, surest first, and whether the element is a site's own for it.
const CONTAINERS: &[(&str, bool)] = &[
    // vbpl.vn
    ("#toanvancontent", true),
    (".toanvancontent", true),
    ("div.fulltext", true),
    // thuvienphapluat.vn
    ("#divContentDoc .content1", true),
    (".cldivContentDocVn", true),
    ("#divContentDoc", true),
    ("#ctl00_Content_ThongTinVB_pnlDocContent", true),
    // luatvietnam.vn
    (".the-document-body", true),
    // vbpl.vn since 2025, whose tabs are a component library's
    (".ant-tabs-tabpane-active", false),
    ("[class*=ant-tabs-content-holder]", false),
    ("article", false),
    ("main", false),
    ("[role=main]", false),
    ("body", false),
];

/// Words in the class or the identifier of what stands on a page and is no part of the document.
const CHROME: &[&str] = &[
    "breadcrumb",
    "navbar",
    "sidebar",
    "menu",
    "advert",
    "banner",
    "social",
    "share",
    "sharing",
    "login",
    "signin",
    "dangnhap",
    "copyright",
    "pagination",
    "comment",
    "comments",
    "binhluan",
    "related",
    "lienquan",
    "cookie",
    "newsletter",
    "toolbar",
    "search",
    "timkiem",
    "rating",
    "modal",
    "popup",
    "hotline",
    "adsbygoogle",
];

/// Elements inside a site's own text that are the site's: notes of its editors, buttons, offers to follow.
const SITE_NOTES: &[&str] = &["docitem-binhluan", "tooltip-button", "bg-theo-doi", "noprint", "no-print"];

/// The document on a page.
pub(super) struct Layout<'a> {
    pub(super) container: ElementRef<'a>,
    /// The container is the whole page, so that everything around the text must be told by its own marks.
    pub(super) is_page: bool,
}

/// Finds the document on a page.
pub(super) fn of<'a>(page: &'a Html, limits: &Limits) -> Result<Layout<'a>, FormatError> {
    for (css, is_sites_own) in CONTAINERS {
        let Ok(selector) = Selector::parse(css) else { continue };
        let found = page.select(&selector).find(|found| has_words(*found));
        limits.interrupt.check()?;
        let Some(found) = found else { continue };
        if *is_sites_own {
            return Ok(Layout { container: found, is_page: false });
        }
        // A part of the page without the articles that the page has is not its text.
        let whole = Articles::of(*page.root_element());
        let part = Articles::of(*found);
        if part.articles * 2 < whole.articles {
            continue;
        }
        let container = shared_by_articles(found, limits)?;
        let is_page = matches!(container.value().name(), "body" | "html" | "main" | "article");
        return Ok(Layout { container, is_page });
    }
    Ok(Layout { container: page.root_element(), is_page: true })
}

impl Layout<'_> {
    /// Whether an element within the container is the site's and not the document's.
    pub(super) fn leaves_out(&self, node: PageNode<'_>) -> bool {
        let Some(element) = node.value().as_element() else { return false };
        let mut names = element.classes().chain(element.id());
        if !self.is_page {
            return names.any(|name| SITE_NOTES.contains(&name));
        }
        let is_chrome = matches!(element.name(), "nav" | "aside" | "footer")
            || names.any(|name| {
                SITE_NOTES.contains(&name)
                    || name.split(['-', '_']).any(|word| CHROME.contains(&word.to_ascii_lowercase().as_str()))
            });
        // A site may call the very text "search-result": what holds articles is no chrome.
        is_chrome && Articles::of(node).articles < 2
    }

    /// Whether the page says what its document is and does not show it, as the portals do that offer a file.
    pub(super) fn has_no_article(&self) -> bool {
        self.is_page && Articles::of(*self.container).articles == 0
    }

    pub(super) fn holds(&self, node: PageNode<'_>) -> bool {
        let id = self.container.id();
        node.id() == id || node.ancestors().any(|ancestor| ancestor.id() == id)
    }
}

fn has_words(element: ElementRef<'_>) -> bool {
    words(*element).any(|text| !text.trim().is_empty())
}

/// The text nodes below a node that a reader sees.
fn words<'a>(node: PageNode<'a>) -> impl Iterator<Item = &'a str> {
    node.descendants().filter_map(|node| {
        let text = node.value().as_text()?;
        let shown = node
            .parent()
            .and_then(|parent| parent.value().as_element().map(scraper::node::Element::name))
            .is_none_or(|name| !matches!(name, "script" | "style" | "noscript" | "template"));
        shown.then(|| &*text.text)
    })
}

/// What shows that an element holds a document.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Articles {
    articles: usize,
    motto: bool,
    recipients: bool,
}

impl Articles {
    fn of(node: PageNode<'_>) -> Self {
        let mut found = Self::default();
        for text in words(node) {
            let text = text.trim_start();
            let numbered = text
                .strip_prefix("Điều ")
                .is_some_and(|rest| rest.trim_start().starts_with(|ch: char| ch.is_ascii_digit()));
            found.articles += usize::from(numbered);
            found.motto |= text.contains("Độc lập") && text.contains("Hạnh phúc");
            found.recipients |= text.starts_with("Nơi nhận");
        }
        found
    }
}

/// The innermost element that holds all articles, the motto of the head and the list of recipients.
fn shared_by_articles<'a>(start: ElementRef<'a>, limits: &Limits) -> Result<ElementRef<'a>, FormatError> {
    /// Pages nest their text some twenty deep.
    const STEPS: usize = 64;
    let all = Articles::of(*start);
    if all.articles < 2 {
        return Ok(start);
    }
    let mut at = start;
    for _ in 0..STEPS {
        limits.interrupt.check()?;
        let inner = at.child_elements().find(|child| Articles::of(**child) == all);
        match inner {
            Some(inner) => at = inner,
            None => break,
        }
    }
    Ok(at)
}
