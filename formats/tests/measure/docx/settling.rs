//! Suggestions in real laws, accepted and rejected by LibreOffice: its text must be the suggested and the original one.

use super::{base_name, laws, portal};
use crate::archives::say;
use crate::libreoffice::{office, office_folder};
use rasoat_formats::{Change, Comment, Extracted, Limits, annotate_docx_with, extract, normalise};

/// A macro that accepts, then rejects, all changes of every file of a folder and saves both as text.
const MACRO: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
Sub Settle
  On Error GoTo Ended
  Dim files(500) As String
  Dim count As Integer
  Dim folder As String
  folder = Environ("RASOAT_SETTLE")
  Dim found As String
  found = Dir(folder &amp; "/*.docx", 0)
  Do While found &lt;&gt; ""
    files(count) = found
    count = count + 1
    found = Dir()
  Loop
  Dim place As Integer
  For place = 0 To count - 1
    SaveSettled(folder &amp; "/" &amp; files(place), ".uno:AcceptAllTrackedChanges", ".accepted")
    SaveSettled(folder &amp; "/" &amp; files(place), ".uno:RejectAllTrackedChanges", ".rejected")
  Next
Ended:
  StarDesktop.terminate()
End Sub
Sub SaveSettled(path As String, command As String, ending As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  Dim document As Object
  document = StarDesktop.loadComponentFromURL(ConvertToURL(path), "_blank", 0, hidden())
  Dim dispatcher As Object
  dispatcher = createUnoService("com.sun.star.frame.DispatchHelper")
  dispatcher.executeDispatch(document.CurrentController.Frame, command, "", 0, Array())
  Dim written(1) As New com.sun.star.beans.PropertyValue
  written(0).Name = "FilterName"
  written(0).Value = "Text (encoded)"
  written(1).Name = "FilterOptions"
  written(1).Value = "UTF8"
  document.storeToURL(ConvertToURL(path &amp; ending), written())
  document.close(True)
End Sub
</script:module>
"#;

const LIBRARY: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false" library:passwordprotected="false">
 <library:element library:name="Module1"/>
</library:library>
"#;

/// Numbers without an order, the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        // Knuth's linear congruence (The Art of Computer Programming 2, 3.3.4).
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound.max(1)
    }
}

/// Changes and comments on one to six words of lines all over a document.
fn suggestions(extracted: &Extracted, count: usize, numbers: &mut Numbers) -> (Vec<Comment>, Vec<Change>) {
    let mut words: Vec<(usize, usize)> = Vec::new();
    for line in extracted.text.split('\n') {
        let from = line.as_ptr() as usize - extracted.text.as_ptr() as usize;
        let mut at = from;
        for word in line.split(' ') {
            words.push((at, at + word.len()));
            at += word.len() + 1;
        }
    }
    let new = ["", "Ủy ban nhân dân cấp xã", "15 ngày làm việc & không quá 20 ngày", "Luật <Đất đai>", "x"];
    let (mut comments, mut changes) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let first = numbers.below(words.len());
        let last = (first + numbers.below(6)).min(words.len() - 1);
        let (start, end) = (words[first].0, words[last].1);
        let (author, date) = ("Rà soát".to_owned(), Some("2026-11-21T08:00:00Z".to_owned()));
        let replacement = new[numbers.below(new.len())].to_owned();
        let end = if numbers.below(6) == 0 { start } else { end };
        changes.push(Change { start, end, replacement, author: author.clone(), date: date.clone() });
        // It says what it is on, so that whoever opens the file can see whether it is.
        comments.push(Comment { start, end, author, text: extracted.text[start..end].to_owned(), date });
    }
    (comments, changes)
}

/// A text without white space and boxes to tick, which LibreOffice gives as places in their symbol font.
fn plain(text: &str) -> String {
    normalise(text).chars().filter(|ch| !ch.is_whitespace() && !matches!(ch, '☐' | '\u{e000}'..='\u{f8ff}')).collect()
}

#[test]
fn libreoffice_accepts_and_rejects_to_the_two_texts() {
    let (Some(laws), Some(portal)) = (laws(), portal()) else { return };
    let folder = office_folder("settling");
    // A profile that LibreOffice has not made itself knows no library of macros.
    // What an earlier run left would pass for this one's.
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::create_dir_all(&folder).unwrap();
    let basic = folder.join("profile/user/basic/Standard");
    if office(&folder, &["--terminate_after_init".into()], &[folder.join("profile/user/registrymodifications.xcu")])
        .is_none()
    {
        return;
    }
    std::fs::create_dir_all(&basic).unwrap();
    std::fs::write(basic.join("Module1.xba"), MACRO).unwrap();
    std::fs::write(basic.join("script.xlb"), LIBRARY).unwrap();
    let every = std::env::var("RASOAT_EVERY").ok().and_then(|every| every.parse().ok()).unwrap_or(16);
    let files: Vec<(String, Vec<u8>)> = laws.into_iter().chain(portal).step_by(every).collect();
    let mut expected: Vec<(String, String, String)> = Vec::new();
    let (mut made, mut said) = (0, 0);
    let mut numbers = Numbers(20_261_121);
    for (name, bytes) in &files {
        let extracted = extract(name, bytes, &Limits::default()).unwrap();
        let (comments, changes) = suggestions(&extracted, 60, &mut numbers);
        let annotated = annotate_docx_with(bytes, &extracted, &comments, &changes, &Limits::default()).unwrap();
        made += changes.len() - annotated.as_comments.len();
        said += annotated.as_comments.len();
        let mut kept: Vec<&Change> = changes
            .iter()
            .enumerate()
            .filter(|(index, _)| !annotated.as_comments.iter().any(|(at, _)| at == index))
            .map(|(_, change)| change)
            .collect();
        kept.sort_by_key(|change| (change.start, change.end));
        let mut suggested = extracted.text.clone();
        for change in kept.iter().rev() {
            suggested.replace_range(change.start..change.end, &change.replacement);
        }
        std::fs::write(folder.join(base_name(name)), &annotated.file).unwrap();
        expected.push((base_name(name).to_owned(), suggested, extracted.text));
    }
    let settled = ["accepted", "rejected"]
        .into_iter()
        .flat_map(|ending| expected.iter().map(move |(name, ..)| format!("{name}.{ending}")))
        .map(|name| folder.join(name));
    if office(&folder, &["macro:///Standard.Module1.Settle".into()], &settled.collect::<Vec<_>>()).is_none() {
        return;
    }
    let mut wrong = Vec::new();
    for (name, suggested, original) in &expected {
        for (ending, text) in [("accepted", suggested), ("rejected", original)] {
            let theirs = std::fs::read(folder.join(format!("{name}.{ending}"))).unwrap();
            let (ours, theirs) = (plain(text), plain(&String::from_utf8_lossy(&theirs)));
            if ours != theirs {
                let at = ours.chars().zip(theirs.chars()).take_while(|(a, b)| a == b).count();
                let near = |text: &str| text.chars().skip(at.saturating_sub(30)).take(80).collect::<String>();
                say(&format!("  {name} {ending}: {} | {}", near(&ours), near(&theirs)));
                wrong.push(name);
            }
        }
    }
    say(&format!(
        "{} files with {made} tracked suggestions ({said} as comments): LibreOffice's texts differ in {}",
        expected.len(),
        wrong.len()
    ));
    assert!(made > 400 && wrong.is_empty());
}
