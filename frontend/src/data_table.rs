//! Tables of what is data: wide ones scroll by themselves, so that the page never does.

use leptos::prelude::*;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Words of the interface.
    Text(String),
    /// A number, set to the right.
    Number(String),
    /// A link: its address and its words.
    Link(String, String),
    /// Words of the law, in Vietnamese whatever the interface speaks.
    Law(String),
}

/// A row: the words of its head and its cells.
pub struct Row {
    /// Its head.
    pub head: Cell,
    /// Its cells.
    pub cells: Vec<Cell>,
    /// A class that says what kind of row it is; empty for none.
    pub class: &'static str,
}

/// A table with a caption that is heard: what stands above it says the same to the eye.
pub fn data_table(caption: String, heads: Vec<String>, rows: Vec<Row>) -> AnyView {
    let label = caption.clone();
    let heads = heads.into_iter().map(|head| view! { <th scope="col">{head}</th> }.into_any()).collect_view();
    let row = |row: Row| {
        let cells = row.cells.into_iter().map(|cell| {
            let class = if matches!(cell, Cell::Number(_)) { "number" } else { "" };
            view! { <td class=class>{words(cell)}</td> }.into_any()
        });
        view! { <tr class=row.class><th scope="row">{words(row.head)}</th>{cells.collect_view()}</tr> }.into_any()
    };
    view! {
        <div class="wide" tabindex="0" role="group" aria-label=label>
            <table>
                <caption class="unseen">{caption}</caption>
                <thead><tr>{heads}</tr></thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn words(cell: Cell) -> AnyView {
    match cell {
        Cell::Text(text) | Cell::Number(text) => text.into_any(),
        Cell::Law(text) => view! { <span lang="vi">{text}</span> }.into_any(),
        Cell::Link(address, text) => view! { <a href=address>{text}</a> }.into_any(),
    }
}
