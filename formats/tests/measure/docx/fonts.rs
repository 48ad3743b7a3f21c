//! Laws set in the fonts of TCVN3 and VNI, as a file of the nineties has them, read back.
//!
//! Real files in such fonts are not among the data, so real texts are set in them here. TCVN3 has no capitals with a
//! tone, which become small letters: case is left out of the comparison there.

use super::lists::docx;
use super::{laws, portal};
use crate::archives::say;
use rasoat_formats::{Limits, extract};
use rasoat_law::text::legacy::{Encoding, encode};

/// A line in one font, cut into runs at every so many letters; `None` where the encoding has not all of its letters.
fn paragraph(line: &str, font: &str, encoding: Encoding, at: usize) -> Option<String> {
    let letters: Vec<char> = encode(line, encoding)?.chars().collect();
    let runs: String = letters
        .chunks(5 + at % 23)
        .map(|run| {
            let text = run.iter().collect::<String>().replace('&', "&amp;").replace('<', "&lt;");
            format!(
                r#"<w:r><w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>"#
            )
        })
        .collect();
    Some(format!("<w:p>{runs}</w:p>"))
}

#[test]
fn laws_set_in_old_fonts_come_back() {
    let (Some(laws), Some(portal)) = (laws(), portal()) else { return };
    let texts: Vec<String> = laws
        .into_iter()
        .chain(portal)
        .step_by(16)
        .filter_map(|(name, bytes)| Some(extract(&name, &bytes, &Limits::default()).ok()?.text.replace('\t', " ")))
        .collect();
    for (font, encoding, floor) in [(".VnTime", Encoding::Tcvn3, 1.0), ("VNI-Times", Encoding::Vni, 1.0)] {
        let (mut lines, mut right) = (0_u32, 0_u32);
        for text in &texts {
            let set: Vec<(&str, String)> = text
                .lines()
                .filter(|line| !line.is_ascii())
                .enumerate()
                .filter_map(|(at, line)| Some((line, paragraph(line, font, encoding, at)?)))
                .collect();
            let body: String = set.iter().map(|(_, paragraph)| paragraph.as_str()).collect();
            let read = extract("a.docx", &docx(&body, "", ""), &Limits::default()).unwrap().text;
            for ((line, _), back) in set.iter().zip(read.lines()) {
                lines += 1;
                let same = match encoding {
                    Encoding::Tcvn3 => line.to_lowercase() == back.to_lowercase(),
                    _ => *line == back,
                };
                right += u32::from(same);
                if !same && std::env::var_os("RASOAT_DIFFERENCES").is_some() {
                    say(&format!(
                        "  {} | {}",
                        line.chars().take(90).collect::<String>(),
                        back.chars().take(90).collect::<String>()
                    ));
                }
            }
        }
        let share = f64::from(right) / f64::from(lines);
        say(&format!("{font}: {right} of {lines} lines of {} laws back exactly, {:.3} %", texts.len(), 100.0 * share));
        assert!(share >= floor);
    }
}
