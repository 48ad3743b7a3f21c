//! A table that people sort, print and hand in: as CSV for programs, as XLSX for people.
//!
//! Spreadsheets run what begins like a formula, and a draft's words may begin so; in XLSX they are typed as text, in
//! CSV such a cell gets an apostrophe before it.

use crate::FormatError;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, XlsxError};
use serde::Serialize;

/// A table with its title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Table {
    /// What it is.
    pub title: String,
    /// Lines below the title.
    pub subtitle: Vec<String>,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, in groups.
    pub groups: Vec<Group>,
    /// Lines below it.
    pub notes: Vec<String>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its share of the width, relative to the other columns.
    pub share: u32,
}

/// Rows under one heading.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Group {
    /// Its heading, over all columns.
    pub heading: Option<String>,
    /// Rows of as many cells as there are columns.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// How many rows it has, headings not counted.
    pub fn len(&self) -> usize {
        self.groups.iter().map(|group| group.rows.len()).sum()
    }

    /// Whether it has no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// As CSV (RFC 4180), columns named in the first row; a table with headings has them in a first column of its own.
    ///
    /// # Errors
    /// [`FormatError::Write`] when writing fails.
    pub fn csv(&self) -> Result<String, FormatError> {
        let grouped = self.groups.iter().any(|group| group.heading.is_some());
        let mut rows: Vec<Vec<String>> = Vec::new();
        let lead = |text: &str| if grouped { vec![text.to_owned()] } else { Vec::new() };
        rows.push(lead("Nhóm").into_iter().chain(self.columns.iter().map(|column| column.name.clone())).collect());
        for group in &self.groups {
            let heading = group.heading.as_deref().unwrap_or_default();
            rows.extend(group.rows.iter().map(|row| lead(heading).into_iter().chain(row.iter().cloned()).collect()));
        }
        to_csv(rows.iter().map(Vec::as_slice))
    }

    /// As a spreadsheet of one sheet.
    ///
    /// # Errors
    /// [`FormatError::Write`] when packing fails.
    pub fn xlsx(&self) -> Result<Vec<u8>, FormatError> {
        self.workbook().map_err(|error| FormatError::Write { what: error.to_string() })
    }

    fn workbook(&self) -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        let base = Format::new().set_font_name("Times New Roman").set_font_size(12);
        let title = base.clone().set_bold().set_font_size(14);
        let head = base
            .clone()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter)
            .set_border(FormatBorder::Thin);
        let cell = base.clone().set_text_wrap().set_align(FormatAlign::Top).set_border(FormatBorder::Thin);
        let group_head = cell.clone().set_bold();
        let last = u16::try_from(self.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
        let shares: u32 = self.columns.iter().map(|column| column.share).sum::<u32>().max(1);
        let mut row = 0;
        sheet.write_string_with_format(row, 0, &self.title, &title)?;
        for line in &self.subtitle {
            row += 1;
            sheet.write_string_with_format(row, 0, fitting(line), &base)?;
        }
        row += 2;
        for (column, at) in self.columns.iter().zip(0_u16..) {
            sheet.write_string_with_format(row, at, &column.name, &head)?;
            sheet.set_column_width(at, (f64::from(column.share) * 160.0 / f64::from(shares)).max(6.0))?;
        }
        sheet.set_freeze_panes(row + 1, 0)?;
        sheet.set_repeat_rows(row, row)?;
        let first = row;
        for group in &self.groups {
            if let Some(heading) = &group.heading {
                row += 1;
                if last > 0 {
                    sheet.merge_range(row, 0, row, last, &fitting(heading), &group_head)?;
                } else {
                    sheet.write_string_with_format(row, 0, fitting(heading), &group_head)?;
                }
            }
            for cells in &group.rows {
                row += 1;
                for (text, at) in cells.iter().zip(0_u16..) {
                    sheet.write_string_with_format(row, at, fitting(text), &cell)?;
                }
            }
        }
        if self.groups.iter().all(|group| group.heading.is_none()) && row > first {
            sheet.autofilter(first, 0, row, last)?;
        }
        row += 1;
        for note in &self.notes {
            row += 1;
            sheet.write_string_with_format(row, 0, fitting(note), &base.clone().set_italic())?;
        }
        sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
        workbook.save_to_buffer()
    }
}

/// A cell holds 32,767 characters at most.
fn fitting(text: &str) -> String {
    super::shortened(text, 32_000)
}

/// Rows as CSV, with what a spreadsheet would run made harmless.
pub(super) fn to_csv<'a>(rows: impl IntoIterator<Item = &'a [String]>) -> Result<String, FormatError> {
    let wrong = |what: String| FormatError::Write { what };
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.iter().map(|text| harmless(text))).map_err(|error| wrong(error.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|error| wrong(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| wrong(error.to_string()))
}

fn harmless(text: &str) -> String {
    let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    format!("{}{text}", if runs { "'" } else { "" })
}
