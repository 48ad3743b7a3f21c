//! What is said about a document beside its text: identification, lifecycle, what it changes, who is referred to.

use super::AknOptions;
use super::uri;
use super::write::Writer;
use crate::docx::xml::escape;
use jiff::civil::Date;
use rasoat_law::Document;
use rasoat_law::amend::{Operation, State};
use std::fmt::Write as _;

impl Writer<'_> {
    /// The `meta` of the document. Written after the text, whose identifiers it points at.
    pub(super) fn meta(&mut self, document: &Document, options: &AknOptions<'_>) {
        let issued = document.metadata.issued.unwrap_or(options.generated);
        self.out.push_str("<meta>\n<identification source=\"#rasoat\">\n");
        let work = escape(&self.work);
        let expression = format!("{work}/vie@{issued}");
        let author = if document.metadata.issuers.is_empty() { "#rasoat" } else { "#issuer_1" };
        let _ = writeln!(
            self.out,
            "<FRBRWork>\n<FRBRthis value=\"{work}/!main\"/>\n<FRBRuri value=\"{work}\"/>\n\
             <FRBRdate date=\"{issued}\" name=\"{}\"/>",
            if document.metadata.issued.is_some() { "issued" } else { "generated" }
        );
        for index in 0..document.metadata.issuers.len().max(1) {
            let href = if document.metadata.issuers.is_empty() {
                "#rasoat".to_owned()
            } else {
                format!("#issuer_{}", index + 1)
            };
            let _ = writeln!(self.out, "<FRBRauthor href=\"{href}\"/>");
        }
        let _ = writeln!(
            self.out,
            "<FRBRcountry value=\"vn\"/>\n<FRBRsubtype value=\"{}\" showAs=\"{}\"/>",
            document.metadata.kind.code(),
            escape(document.metadata.kind.name())
        );
        if let Some(number) = &document.metadata.number {
            let _ = writeln!(self.out, "<FRBRnumber value=\"{}\"/>", escape(number.as_str()));
        }
        if let Some(title) = &document.metadata.title {
            let _ = writeln!(self.out, "<FRBRname value=\"{}\"/>", escape(title));
        }
        let _ = writeln!(
            self.out,
            "</FRBRWork>\n<FRBRExpression>\n<FRBRthis value=\"{expression}/!main\"/>\n<FRBRuri value=\"{expression}\"/>\n\
             <FRBRdate date=\"{issued}\" name=\"expression\"/>\n<FRBRauthor href=\"{author}\"/>\n\
             <FRBRlanguage language=\"vie\"/>\n</FRBRExpression>\n\
             <FRBRManifestation>\n<FRBRthis value=\"{expression}/!main.xml\"/>\n<FRBRuri value=\"{expression}.xml\"/>\n\
             <FRBRdate date=\"{}\" name=\"generated\"/>\n<FRBRauthor href=\"#rasoat\"/>\n</FRBRManifestation>\n\
             </identification>",
            options.generated
        );
        let dates = self.lifecycle(document, options, issued);
        self.analysis(options, &dates);
        self.temporal_data(&dates);
        self.references(document);
        self.out.push_str("</meta>\n");
    }

    /// The days that matter, and which of them changes of others take effect on.
    fn lifecycle(&mut self, document: &Document, options: &AknOptions<'_>, issued: Date) -> Vec<Date> {
        self.out.push_str("<lifecycle source=\"#rasoat\">\n");
        let _ = writeln!(
            self.out,
            "<eventRef eId=\"event_issue\" date=\"{issued}\" type=\"generation\" source=\"#issue\" refersTo=\"#issue\"/>"
        );
        if let Some(effective) = document.metadata.effective {
            let _ = writeln!(
                self.out,
                "<eventRef eId=\"event_force\" date=\"{effective}\" source=\"#force\" refersTo=\"#force\"/>"
            );
        }
        let mut dates: Vec<Date> =
            options.instructions.iter().filter_map(|instruction| instruction.effective).collect();
        dates.sort();
        dates.dedup();
        for (index, date) in dates.iter().enumerate() {
            let _ = writeln!(
                self.out,
                "<eventRef eId=\"event_amend_{}\" date=\"{date}\" type=\"amendment\" source=\"#force\" refersTo=\"#force\"/>",
                index + 1
            );
        }
        self.out.push_str("</lifecycle>\n");
        dates
    }

    fn analysis(&mut self, options: &AknOptions<'_>, dates: &[Date]) {
        let mut mods = String::new();
        for (index, instruction) in options.instructions.iter().enumerate() {
            let link = self.links[index].clone();
            let target = &instruction.target;
            let kind = match &instruction.operation {
                Operation::Repeal | Operation::RemovePhrase { .. } | Operation::EndDocument => "repeal",
                Operation::InsertAfter { .. }
                | Operation::InsertBefore { .. }
                | Operation::InsertAtEnd
                | Operation::InsertPhrase { .. }
                | Operation::AppendPhrase { .. } => "insertion",
                _ => "substitution",
            };
            let (at, position) = match &instruction.operation {
                Operation::InsertAfter { anchor } => (Some(anchor), " pos=\"after\""),
                Operation::InsertBefore { anchor } => (Some(anchor), " pos=\"before\""),
                Operation::InsertAtEnd => (target.eid.as_ref(), " pos=\"end\""),
                _ => (target.eid.as_ref(), ""),
            };
            let destination = match &target.document {
                rasoat_law::DocumentReference::This => match at {
                    Some(eid) => format!("{}/!main~{eid}", self.work),
                    None => self.work.clone(),
                },
                other => uri::of_reference(other, at).unwrap_or_else(|| self.work.clone()),
            };
            let incomplete = if matches!(instruction.state, State::Failed(_)) { " incomplete=\"true\"" } else { "" };
            let source = link.source.as_deref().map_or_else(String::new, |id| format!("#{id}"));
            let _ = writeln!(
                mods,
                "<textualMod eId=\"tmod_{}\" type=\"{kind}\"{incomplete}>\n<source href=\"{}\"/>\n\
                 <destination href=\"{}\"{position}/>",
                index + 1,
                escape(&source),
                escape(&destination)
            );
            if let Some(period) = instruction.effective.and_then(|date| dates.iter().position(|other| *other == date)) {
                let _ = writeln!(mods, "<force period=\"#period_{}\"/>", period + 1);
            }
            for old in &link.old {
                let _ = writeln!(mods, "<old href=\"#{}\"/>", escape(old));
            }
            let unit = instruction.new_text.as_ref().and_then(|new| self.quoted_units.get(&new.span.start));
            for new in unit.map_or(link.new.as_slice(), std::slice::from_ref) {
                let _ = writeln!(mods, "<new href=\"#{}\"/>", escape(new));
            }
            mods.push_str("</textualMod>\n");
        }
        if !mods.is_empty() {
            let _ = writeln!(
                self.out,
                "<analysis source=\"#rasoat\">\n<activeModifications>\n{mods}</activeModifications>\n</analysis>"
            );
        }
    }

    fn temporal_data(&mut self, dates: &[Date]) {
        if dates.is_empty() {
            return;
        }
        self.out.push_str("<temporalData source=\"#rasoat\">\n");
        for index in 1..=dates.len() {
            let _ = writeln!(
                self.out,
                "<temporalGroup eId=\"period_{index}\">\n<timeInterval start=\"#event_amend_{index}\" refersTo=\"#force\"/>\n\
                 </temporalGroup>"
            );
        }
        self.out.push_str("</temporalData>\n");
    }

    fn references(&mut self, document: &Document) {
        self.out.push_str("<references source=\"#rasoat\">\n");
        for (index, issuer) in document.metadata.issuers.iter().enumerate() {
            let _ = writeln!(
                self.out,
                "<TLCOrganization eId=\"issuer_{}\" href=\"/akn/ontology/organization/vn/{}\" showAs=\"{}\"/>",
                index + 1,
                escape(&uri::step(issuer)),
                escape(issuer)
            );
        }
        self.out.push_str(
            "<TLCOrganization eId=\"rasoat\" href=\"/akn/ontology/organization/vn/rasoat\" showAs=\"Rasoat\"/>\n",
        );
        for (index, signer) in document.metadata.signers.iter().enumerate() {
            let _ = writeln!(
                self.out,
                "<TLCPerson eId=\"signer_{}\" href=\"/akn/ontology/person/vn/{}\" showAs=\"{}\"/>",
                index + 1,
                escape(&uri::step(&signer.name)),
                escape(&signer.name)
            );
        }
        if let Some(place) = &document.metadata.place {
            let _ = writeln!(
                self.out,
                "<TLCLocation eId=\"place\" href=\"/akn/ontology/location/vn/{}\" showAs=\"{}\"/>",
                escape(&uri::step(place)),
                escape(place)
            );
        }
        self.out.push_str(
            "<TLCEvent eId=\"issue\" href=\"/akn/ontology/event/issue\" showAs=\"Ban hành\"/>\n\
             <TLCEvent eId=\"force\" href=\"/akn/ontology/event/entry-into-force\" showAs=\"Có hiệu lực\"/>\n\
             </references>\n",
        );
    }

    /// The `meta` of an annex, a component of the document.
    pub(super) fn component_meta(&mut self, document: &Document, eid: &str) {
        let issued = document.metadata.issued.unwrap_or(self.generated);
        let work = escape(&self.work);
        let expression = format!("{work}/vie@{issued}");
        let eid = escape(eid);
        let author = if document.metadata.issuers.is_empty() { "#rasoat" } else { "#issuer_1" };
        let _ = writeln!(
            self.out,
            "<meta>\n<identification source=\"#rasoat\">\n\
             <FRBRWork>\n<FRBRthis value=\"{work}/!{eid}\"/>\n<FRBRuri value=\"{work}\"/>\n\
             <FRBRdate date=\"{issued}\" name=\"issued\"/>\n<FRBRauthor href=\"{author}\"/>\n<FRBRcountry value=\"vn\"/>\n\
             </FRBRWork>\n<FRBRExpression>\n<FRBRthis value=\"{expression}/!{eid}\"/>\n<FRBRuri value=\"{expression}\"/>\n\
             <FRBRdate date=\"{issued}\" name=\"expression\"/>\n<FRBRauthor href=\"{author}\"/>\n\
             <FRBRlanguage language=\"vie\"/>\n</FRBRExpression>\n\
             <FRBRManifestation>\n<FRBRthis value=\"{expression}/!{eid}.xml\"/>\n<FRBRuri value=\"{expression}.xml\"/>\n\
             <FRBRdate date=\"{issued}\" name=\"generated\"/>\n<FRBRauthor href=\"#rasoat\"/>\n</FRBRManifestation>\n\
             </identification>\n</meta>"
        );
    }
}
