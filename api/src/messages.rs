//! What the interface says, in Vietnamese and in English: the one catalogue for the browser, the command line and
//! the server.
//!
//! Hard because a half-translated tool misleads: the macro below takes both languages of a message or does not
//! compile, and a test holds that both name the same placeholders (`{name}`). Vietnamese is the first language: the
//! reviewer works in it and the law is written in it. What a check says of a particular draft is data, made where it
//! is found; it is not here.

#[macro_use]
mod pages;
#[macro_use]
mod desk;
mod names;
#[macro_use]
mod room;

pub use names::{
    abstention_name, act_name, amendment_operation_name, amendment_state_name, confidence_of_event, event_name,
    petition_state_name, role_title, scope_name,
};

use crate::{Effect, JobState, RenderingState, Severity, Stage};

/// Language of the interface.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// Vietnamese.
    #[default]
    Vi,
    /// English.
    En,
}

impl Language {
    /// The language's tag after BCP 47, as HTML's `lang` wants it.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }

    /// The language a BCP 47 tag or a locale name (`vi`, `en-GB`, `vi_VN.UTF-8`) asks for, where it is one of ours.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_', '.']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("vi") {
            Some(Self::Vi)
        } else if primary.eq_ignore_ascii_case("en") {
            Some(Self::En)
        } else {
            None
        }
    }

    /// The other one, for a toggle.
    pub fn other(self) -> Self {
        match self {
            Self::Vi => Self::En,
            Self::En => Self::Vi,
        }
    }
}

macro_rules! messages {
    ($($name:ident { vi: $vi:literal, en: $en:literal $(,)? })+) => {
        /// One thing the interface can say; each variant's documentation is its English text.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Message {
            $(#[doc = $en] $name,)+
        }

        impl Message {
            /// Every message.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The text with its placeholders unfilled.
            pub fn text(self, language: Language) -> &'static str {
                match (self, language) {
                    $(
                        (Self::$name, Language::Vi) => $vi,
                        (Self::$name, Language::En) => $en,
                    )+
                }
            }
        }
    };
}

with_room! { messages;
    // Every page
    AppName { vi: "Rasoat", en: "Rasoat" }
    AppPurpose {
        vi: "Rà soát dự thảo văn bản quy phạm pháp luật đối chiếu với pháp luật đang có hiệu lực, mỗi phát hiện kèm bằng chứng.",
        en: "Reviews drafts of normative documents against the law in force, and gives the evidence for each finding.",
    }
    SkipToContent { vi: "Đến nội dung chính", en: "Skip to main content" }
    SwitchLanguage { vi: "English", en: "Tiếng Việt" }
    SwitchLanguageLabel { vi: "English: chuyển giao diện sang tiếng Anh", en: "Tiếng Việt: switch the interface to Vietnamese" }
    BackToStart { vi: "Rà soát dự thảo khác", en: "Review another draft" }
    Loading { vi: "Đang tải…", en: "Loading…" }
    TryAgain { vi: "Thử lại", en: "Try again" }
    PageNotFound { vi: "Không có trang này.", en: "There is no such page." }

    // Start page
    NewReview { vi: "Rà soát một dự thảo", en: "Review a draft" }
    DropHere { vi: "Thả tệp dự thảo vào đây, hoặc", en: "Drop the draft here, or" }
    ChooseFile { vi: "Chọn tệp dự thảo", en: "Choose a draft" }
    FileKinds {
        vi: "Tệp .docx, .pdf, .html, .txt, .json hoặc .xml (Akoma Ntoso); .doc, .rtf, .odt và PDF quét nếu máy chủ có LibreOffice, Tesseract",
        en: "A .docx, .pdf, .html, .txt, .json or .xml (Akoma Ntoso) file; .doc, .rtf, .odt and scanned PDFs where the server has LibreOffice and Tesseract",
    }
    FileChosen { vi: "Đã chọn: {name} ({size})", en: "Chosen: {name} ({size})" }
    AsOfLabel { vi: "Ngày dự thảo dự kiến có hiệu lực", en: "Date the draft is meant to take effect" }
    AsOfHint {
        vi: "Hiệu lực của từng điều luật được xét tại ngày này.",
        en: "The effect of every provision is judged on this date.",
    }
    StartReview { vi: "Rà soát", en: "Review" }
    Uploading { vi: "Đang gửi tệp…", en: "Sending the file…" }
    NoFileChosen { vi: "Chưa chọn tệp dự thảo.", en: "No draft has been chosen." }
    NoFileChosenHint {
        vi: "Hãy chọn hoặc thả một tệp dự thảo.",
        en: "Choose or drop a draft.",
    }
    NoDate { vi: "Ngày dự kiến có hiệu lực còn trống.", en: "The date of effect is empty." }
    NoDateHint {
        vi: "Hãy nhập ngày mà dự thảo dự kiến có hiệu lực.",
        en: "Enter the date the draft is meant to take effect.",
    }
    RecentReviews { vi: "Các lần rà soát gần đây", en: "Recent reviews" }
    NoRecentReviews { vi: "Chưa có lần rà soát nào.", en: "There are no reviews yet." }
    ReviewAsOf { vi: "xét tại ngày {date}", en: "as of {date}" }
    StoreHolds {
        vi: "Kho pháp luật: {documents} văn bản, {provisions} điều khoản.",
        en: "The store of law holds {documents} documents, {provisions} provisions.",
    }
    StoreEmpty {
        vi: "Kho pháp luật đang trống: chưa có gì để đối chiếu dự thảo.",
        en: "The store of law is empty: there is nothing to hold a draft against.",
    }
    EncoderIs { vi: "Mô hình tìm theo nghĩa: {name}.", en: "Model for search by meaning: {name}." }
    NoEncoder {
        vi: "Chưa cài mô hình tìm theo nghĩa: các phép tìm mâu thuẫn, chồng chéo sẽ thiếu hoặc không chạy.",
        en: "No model for search by meaning is installed: the search for conflicts and overlaps is partial or does not run.",
    }
    ProgramVersion { vi: "Rasoat {version}", en: "Rasoat {version}" }

    // Review page: progress
    ReviewOf { vi: "Rà soát {name}", en: "Review of {name}" }
    ProgressHeading { vi: "Tiến độ", en: "Progress" }
    ProgressSteps { vi: "{done} trên {total}", en: "{done} of {total}" }
    FoundSoFar { vi: "Phát hiện đến lúc này: {count}", en: "Findings so far: {count}" }
    Cancel { vi: "Dừng rà soát", en: "Stop the review" }
    ReviewCancelled { vi: "Lần rà soát này đã bị dừng.", en: "This review was stopped." }
    ReviewCancelledHint {
        vi: "Những phát hiện đã thấy trước khi dừng không phải là kết quả đầy đủ.",
        en: "What was found before it stopped is not a full result.",
    }
    StreamLost {
        vi: "Mất liên lạc với máy chủ, đang nối lại…",
        en: "The connection to the server was lost; reconnecting…",
    }

    // Review page: the desk
    DraftHeading { vi: "Dự thảo", en: "Draft" }
    DraftAsOf { vi: "Đối chiếu với pháp luật tại ngày {date}", en: "Held against the law as of {date}" }
    DraftProvisions { vi: "{count} điều khoản đã đọc", en: "Provisions read: {count}" }
    DraftUnavailable {
        vi: "Không tải được văn bản dự thảo; các phát hiện vẫn đầy đủ.",
        en: "The draft's text could not be loaded; the findings are complete all the same.",
    }
    FindingsHeading { vi: "Phát hiện", en: "Findings" }
    FindingsShown { vi: "Đang hiện {shown} trên {total}", en: "Showing {shown} of {total}" }
    FindingsNone { vi: "Không có phát hiện nào.", en: "There are no findings." }
    FindingsHidden {
        vi: "Không phát hiện nào khớp bộ lọc.",
        en: "No finding matches the filter.",
    }
    FilterBySeverity { vi: "Lọc theo mức độ", en: "Filter by severity" }
    FilterByCheck { vi: "Lọc theo phép kiểm tra", en: "Filter by check" }
    AllChecks { vi: "Mọi phép kiểm tra", en: "All checks" }
    ClearFilters { vi: "Bỏ lọc", en: "Clear the filters" }
    KeyboardHint {
        vi: "Phím j hoặc ↓: phát hiện sau; k hoặc ↑: phát hiện trước.",
        en: "Keys: j or ↓ for the next finding, k or ↑ for the previous one.",
    }
    DraftSays { vi: "Dự thảo", en: "The draft" }
    LawSays { vi: "Pháp luật hiện hành", en: "The law in force" }
    CompareOn { vi: "Khác nhau về {dimension}", en: "They differ on {dimension}" }
    Rule { vi: "Quy tắc áp dụng", en: "Rule that decides" }
    SuggestionHeading { vi: "Đề xuất", en: "Suggestion" }
    ReplaceWith { vi: "Viết lại thành", en: "Write instead" }
    MarkLabel { vi: "{severity}: {check}", en: "{severity}: {check}" }
    ShowInDraft { vi: "Xem trong dự thảo", en: "Show in the draft" }
    ShowEvidence { vi: "Xem bằng chứng", en: "Show the evidence" }
    ConfidenceLabel { vi: "Độ tin cậy", en: "Confidence" }
    ConfidenceVeryHigh { vi: "rất chắc chắn ({percent}%)", en: "very confident ({percent}%)" }
    ConfidenceHigh { vi: "chắc chắn ({percent}%)", en: "confident ({percent}%)" }
    ConfidenceModerate { vi: "khá chắc, cần xem lại ({percent}%)", en: "fairly confident, worth a look ({percent}%)" }
    ConfidenceLow { vi: "chưa chắc, cần người quyết định ({percent}%)", en: "unsure, a person must decide ({percent}%)" }

    // Review page: the evidence
    EvidenceHeading { vi: "Bằng chứng", en: "Evidence" }
    EvidenceNothingSelected {
        vi: "Chọn một phát hiện để xem bằng chứng của nó.",
        en: "Select a finding to see its evidence.",
    }
    EvidenceNone {
        vi: "Phát hiện này không kèm bằng chứng; hãy coi nó là chưa được chứng minh.",
        en: "This finding carries no evidence; treat it as unproven.",
    }
    EvidenceWarning { vi: "Lưu ý", en: "Mind" }
    EvidenceContext { vi: "Toàn văn điều luật", en: "The whole article" }
    EvidenceSource { vi: "Nguồn", en: "Source" }
    EvidenceEffectOn { vi: "{effect} tại ngày {date}", en: "{effect} on {date}" }
    ThisDraft { vi: "Chính dự thảo này", en: "This draft itself" }

    // Review page: the checks
    ChecksHeading { vi: "Các phép kiểm tra", en: "Checks" }
    ChecksSummary {
        vi: "Đã chạy {ran} phép kiểm tra; {not_ran} phép không chạy; {partial} phép chạy nhưng chưa bao quát hết.",
        en: "Checks that ran: {ran}; did not run: {not_ran}; ran without covering everything: {partial}.",
    }
    ChecksUnknown {
        vi: "Máy chủ không cho biết phép kiểm tra nào đã chạy; không thể kết luận gì về dự thảo.",
        en: "The server did not say which checks ran; nothing can be concluded about the draft.",
    }
    NothingFoundBy {
        vi: "Các phép sau đã chạy và không thấy gì: {checks}.",
        en: "These checks ran and found nothing: {checks}.",
    }
    NotCoveredBy {
        vi: "Các phép sau đã chạy nhưng chưa bao quát hết, xem bảng bên dưới: {checks}.",
        en: "These checks ran but did not cover everything, see the table below: {checks}.",
    }
    NotCheckedBy {
        vi: "Các phép sau KHÔNG chạy, nên chưa nói được gì: {checks}.",
        en: "These checks did NOT run, so nothing is known: {checks}.",
    }
    ColumnCheck { vi: "Phép kiểm tra", en: "Check" }
    ColumnState { vi: "Tình trạng", en: "State" }
    ColumnFindings { vi: "Phát hiện", en: "Findings" }
    ColumnRemarks { vi: "Lý do, phần chưa bao quát", en: "Why, and what is not covered" }
    CheckRan { vi: "Đã chạy", en: "Ran" }
    CheckRanPartly { vi: "Đã chạy, chưa bao quát hết", en: "Ran, not covering everything" }
    CheckDidNotRun { vi: "Không chạy", en: "Did not run" }
    NoReasonGiven { vi: "không rõ lý do", en: "no reason given" }
    Uncovered { vi: "Chưa bao quát: {count}", en: "Not covered: {count}" }
    TimingTotal { vi: "Thời gian rà soát: {seconds} giây", en: "The review took {seconds} seconds" }
    DownloadDocx { vi: "Tải Word có nhận xét", en: "Download Word with comments" }
    DownloadSuggested { vi: "Word có nhận xét và đề xuất sửa (theo dõi thay đổi)", en: "Word with comments and suggestions (tracked changes)" }
    DownloadForm { vi: "Tải phiếu rà soát", en: "Download the review sheet" }
    DownloadPdf { vi: "Phiếu rà soát, PDF để in", en: "Review sheet as PDF, to print" }
    DownloadXlsx { vi: "Bảng tính (XLSX)", en: "Spreadsheet (XLSX)" }
    DownloadCsv { vi: "CSV", en: "CSV" }
    DownloadSarif { vi: "SARIF", en: "SARIF" }
    DownloadJson { vi: "JSON", en: "JSON" }
    MoreDownloads { vi: "Định dạng khác", en: "Other formats" }

    // Errors the browser itself meets
    NetworkFailed { vi: "Không liên lạc được với máy chủ Rasoat.", en: "The Rasoat server could not be reached." }
    NetworkFailedHint {
        vi: "Hãy kiểm tra xem máy chủ (rasoat serve) còn chạy không rồi thử lại.",
        en: "Check that the server (rasoat serve) is still running, then try again.",
    }
    AnswerUnreadable {
        vi: "Không đọc được trả lời của máy chủ (mã {status}).",
        en: "The server's answer could not be read (status {status}).",
    }
    AnswerUnreadableHint {
        vi: "Giao diện và máy chủ có thể khác phiên bản; hãy tải lại trang.",
        en: "The page and the server may be of different versions; reload the page.",
    }
    Unexplained { vi: "Có lỗi nhưng máy chủ không nói rõ.", en: "Something failed and the server did not say what." }

    // Severities
    SeverityError { vi: "Lỗi", en: "Error" }
    SeverityWarning { vi: "Cảnh báo", en: "Warning" }
    SeverityNote { vi: "Ghi chú", en: "Note" }

    // Effect
    EffectInForce { vi: "Còn hiệu lực", en: "In force" }
    EffectPartlyExpired { vi: "Hết hiệu lực một phần", en: "Partly expired" }
    EffectExpired { vi: "Hết hiệu lực", en: "Expired" }
    EffectNotYetInForce { vi: "Chưa có hiệu lực", en: "Not yet in force" }
    EffectSuspended { vi: "Tạm ngưng hiệu lực", en: "Suspended" }
    EffectUnknown { vi: "Chưa rõ hiệu lực", en: "Effect unknown" }

    // Stages of a review
    StageQueued { vi: "Chờ đến lượt", en: "Waiting" }
    StageParse { vi: "Đọc dự thảo", en: "Reading the draft" }
    StageTextChecks { vi: "Kiểm tra căn cứ, dẫn chiếu, thuật ngữ", en: "Checking bases, references and terms" }
    StageRetrieve { vi: "Tìm điều luật liên quan", en: "Finding the provisions that bear on it" }
    StageJudge { vi: "So sánh từng quy định", en: "Comparing each norm" }
    StageDone { vi: "Hoàn tất", en: "Finished" }

    // States of a review
    StateRunning { vi: "Đang chạy", en: "Running" }
    StateDone { vi: "Hoàn tất", en: "Finished" }
    StateFailed { vi: "Thất bại", en: "Failed" }
    StateCancelled { vi: "Đã dừng", en: "Stopped" }
    StateErased { vi: "Đã xóa nội dung", en: "Content erased" }

    // Checks
    CheckValidityExpired { vi: "Dẫn chiếu văn bản hết hiệu lực", en: "Reference to an expired document" }
    CheckValidityPartlyExpired {
        vi: "Dẫn chiếu văn bản hết hiệu lực một phần",
        en: "Reference to a partly expired document",
    }
    CheckValidityNotYetInForce {
        vi: "Dẫn chiếu văn bản chưa có hiệu lực",
        en: "Reference to a document not yet in force",
    }
    CheckValidityUnknownDocument { vi: "Dẫn chiếu văn bản chưa rõ", en: "Reference to an unknown document" }
    CheckBasisMissing { vi: "Thiếu căn cứ ban hành", en: "Missing legal basis" }
    CheckBasisExpired { vi: "Căn cứ ban hành hết hiệu lực", en: "Expired legal basis" }
    CheckBasisLowerRank { vi: "Căn cứ là văn bản hiệu lực thấp hơn", en: "Legal basis of lower rank" }
    CheckBasisMetadataMismatch { vi: "Căn cứ ghi sai số, ngày hoặc tên", en: "Legal basis misquoted" }
    CheckAuthorityKind { vi: "Sai thẩm quyền về hình thức", en: "Wrong kind of document for the issuer" }
    CheckAuthorityScope { vi: "Vượt thẩm quyền về nội dung", en: "Beyond the issuer's competence" }
    CheckConflictContradiction { vi: "Mâu thuẫn với quy định hiện hành", en: "Contradicts the law in force" }
    CheckConflictOverlap { vi: "Chồng chéo với quy định hiện hành", en: "Overlaps the law in force" }
    CheckConflictDuplicate { vi: "Trùng lặp quy định hiện hành", en: "Repeats the law in force" }
    CheckTermsRenamedBody { vi: "Tên cơ quan đã thay đổi", en: "Body since renamed" }
    CheckTermsAbolishedUnit { vi: "Đơn vị hành chính không còn", en: "Administrative unit abolished" }
    CheckTermsObsoleteTerm { vi: "Thuật ngữ không còn dùng", en: "Obsolete term" }
    CheckReferenceDangling { vi: "Dẫn chiếu đến điều khoản không có", en: "Reference to nothing" }
    CheckReferenceWrongProvision { vi: "Dẫn chiếu nhầm điều khoản", en: "Reference to the wrong provision" }
    CheckFormNumbering { vi: "Đánh số điều khoản", en: "Numbering" }
    CheckFormEffectiveClause { vi: "Điều khoản về hiệu lực thi hành", en: "Clause on taking effect" }
    CheckFormDefinition { vi: "Giải thích từ ngữ", en: "Definitions" }
    CheckFormRepealClause { vi: "Điều khoản bãi bỏ, thay thế", en: "Repeal clause" }

    // What a conflict is about
    DimensionDeadline { vi: "thời hạn", en: "deadline" }
    DimensionAmount { vi: "mức tiền", en: "amount" }
    DimensionRate { vi: "tỷ lệ", en: "rate" }
    DimensionAge { vi: "độ tuổi", en: "age" }
    DimensionCount { vi: "số lượng", en: "count" }
    DimensionSubject { vi: "đối tượng", en: "subject" }
    DimensionCondition { vi: "điều kiện", en: "condition" }
    DimensionModality { vi: "tính bắt buộc", en: "obligation or permission" }
    DimensionSanction { vi: "chế tài", en: "sanction" }
    DimensionDefinition { vi: "định nghĩa", en: "definition" }
    DimensionCompetence { vi: "thẩm quyền", en: "competence" }
    DimensionProcedure { vi: "trình tự, thủ tục", en: "procedure" }
    DimensionOther { vi: "nội dung khác", en: "another matter" }

    // Roles of a citation
    RoleReference { vi: "dẫn chiếu", en: "reference" }
    RoleBasis { vi: "căn cứ", en: "legal basis" }
    RoleAmender { vi: "văn bản sửa đổi", en: "amending document" }
    RoleTarget { vi: "đối tượng sửa đổi", en: "what is amended" }
    RoleQuoted { vi: "trong phần trích", en: "inside quoted text" }

    // Where evidence was read
    SourceCorpus { vi: "kho văn bản pháp luật", en: "store of law" }
    SourceRegister { vi: "danh mục văn bản hết hiệu lực", en: "register of effect" }
    SourceDraft { vi: "dự thảo", en: "draft" }
    SourceUnknown { vi: "không ghi nguồn", en: "source not stated" }

    // Units of the provision tree
    UnitPart { vi: "Phần", en: "Part" }
    UnitChapter { vi: "Chương", en: "Chapter" }
    UnitSection { vi: "Mục", en: "Section" }
    UnitSubsection { vi: "Tiểu mục", en: "Subsection" }
    UnitArticle { vi: "Điều", en: "Article" }
    UnitParagraph { vi: "khoản", en: "clause" }
    UnitPoint { vi: "điểm", en: "point" }
    UnitAnnex { vi: "Phụ lục", en: "Annex" }
    UnitPreamble { vi: "phần mở đầu", en: "preamble" }
    UnitBasis { vi: "căn cứ thứ", en: "legal basis" }

    // Command line and server
    NoSuchFile { vi: "không có tệp `{file}`", en: "there is no file `{file}`" }
    NoSuchFileHint { vi: "kiểm tra lại đường dẫn", en: "check the path" }
    FileUnreadable { vi: "không đọc được `{file}`: {why}", en: "failed to read `{file}`: {why}" }
    FileUnreadableHint { vi: "kiểm tra quyền đọc tệp", en: "check that you may read it" }
    FileUnwritable { vi: "không ghi được `{file}`: {why}", en: "failed to write `{file}`: {why}" }
    FileUnwritableHint { vi: "kiểm tra thư mục, quyền ghi và dung lượng đĩa", en: "check the folder, your rights and the disk's space" }
    JudgeMissing { vi: "chưa cài mô hình đối chiếu ở `{folder}` ({why})", en: "no judge is installed at `{folder}` ({why})" }
    NoPair { vi: "{place}: không phải một cặp ({why})", en: "{place}: not a pair ({why})" }
    NoPairHint { vi: "mỗi dòng là một đối tượng JSON có `id`, `draft` và `law`", en: "each line is a JSON object with `id`, `draft` and `law`" }
    EncoderMissing { vi: "chưa cài mô hình mã hóa câu ở `{folder}` ({why})", en: "no sentence encoder is installed at `{folder}` ({why})" }
    RunSetup { vi: "chạy `rasoat setup`", en: "run `rasoat setup`" }
    NoCorpus { vi: "chưa tải kho văn bản ban đầu", en: "the initial corpus is not installed" }
    EmptyStore { vi: "kho văn bản ở `{folder}` còn trống", en: "the store at `{folder}` is empty" }
    RunImport { vi: "chạy `rasoat import --corpus` hoặc `rasoat import THƯ_MỤC`", en: "run `rasoat import --corpus` or `rasoat import FOLDER`" }
    StoreNewer {
        vi: "kho `{file}` do phiên bản Rasoat mới hơn tạo (lược đồ {found}, phiên bản này đọc đến {known})",
        en: "the store `{file}` was made by a newer Rasoat (schema {found}, this version reads up to {known})",
    }
    StoreNewerHint { vi: "cài phiên bản mới hơn, hoặc chọn kho khác bằng --store", en: "install the newer version, or choose another store with --store" }
    StoreDamaged { vi: "không mở được kho `{file}`: {why}", en: "failed to open the store `{file}`: {why}" }
    StoreDamagedHint { vi: "khôi phục từ bản sao lưu, hoặc chọn kho khác bằng --store", en: "restore it from a backup, or choose another store with --store" }
    StoreAddress {
        vi: "địa chỉ PostgreSQL của kho không đúng dạng",
        en: "the store's PostgreSQL address cannot be read",
    }
    StoreAddressHint {
        vi: "viết như postgres://NGƯỜI_DÙNG:MẬT_KHẨU@MÁY/CƠ_SỞ_DỮ_LIỆU, ký tự đặc biệt mã hóa dạng %40",
        en: "write it like postgres://USER:PASSWORD@HOST/DATABASE, special characters escaped as in %40",
    }
    StoreUnreachable { vi: "không kết nối được kho `{store}`: {why}", en: "failed to connect to the store `{store}`: {why}" }
    StoreUnreachableHint {
        vi: "xem máy chủ PostgreSQL có chạy không, và địa chỉ, tài khoản, mật khẩu trong --store hoặc RASOAT_STORE",
        en: "see whether the PostgreSQL server runs, and check address, user and password in --store or RASOAT_STORE",
    }
    StoreUntrusted { vi: "không tin được máy chủ của kho `{store}`: {why}", en: "the server of the store `{store}` is not trusted: {why}" }
    StoreUntrustedHint {
        vi: "chỉ tệp chứng chỉ gốc bằng sslrootcert=TỆP trong địa chỉ, và dùng đúng tên máy ghi trong chứng chỉ",
        en: "name the file of its root certificate by sslrootcert=FILE in the address, and use the host name that stands in the certificate",
    }
    StoreFull { vi: "không ghi được vào kho: {why}", en: "the store takes no more: {why}" }
    StoreFullHint {
        vi: "giải phóng dung lượng đĩa hoặc nới hạn mức rồi thử lại; chưa có gì được ghi dở dang",
        en: "free disk space or raise the quota, then try again; nothing was stored by halves",
    }
    CertificateUnusable { vi: "không dùng được tệp chứng chỉ hoặc khóa TLS `{file}`: {why}", en: "the TLS certificate or key in `{file}` cannot be used: {why}" }
    CertificateNotPair { vi: "khóa `{key}` không phải của chứng chỉ `{certificate}`", en: "the key `{key}` is not that of the certificate `{certificate}`" }
    CertificateUnusableHint {
        vi: "cần tệp PEM: chuỗi chứng chỉ, của máy chủ đứng đầu, và khóa riêng không mật khẩu của nó",
        en: "PEM files are needed: the chain of certificates, the server's own first, and its private key without a password",
    }
    NoSystemRoots { vi: "hệ thống không có chứng chỉ gốc nào dùng được{why}", en: "the system has no root certificates that can be used{why}" }
    NoSystemRootsHint {
        vi: "cài gói ca-certificates, hoặc chỉ tệp chứng chỉ gốc bằng sslrootcert=TỆP",
        en: "install the package ca-certificates, or name a file of roots by sslrootcert=FILE",
    }
    ModelAbsent { vi: "chưa cài `{file}`", en: "`{file}` is not installed" }
    BackupExists { vi: "đã có tệp `{file}`", en: "there is a file `{file}` already" }
    BackupExistsHint { vi: "chọn tên khác bằng --to; bản sao lưu cũ không bị ghi đè", en: "choose another name by --to; no backup is written over" }
    BackupAltered { vi: "bản sao lưu `{file}` bị cắt cụt hoặc bị sửa: {why}", en: "the backup `{file}` is truncated or was altered: {why}" }
    BackupAlteredHint { vi: "chép lại tệp từ nơi lưu trữ, hoặc dùng bản sao lưu khác; chưa có gì được khôi phục", en: "copy the file again from where it is kept, or use another backup; nothing was restored" }
    NoBackup { vi: "`{file}` không phải bản sao lưu do `rasoat backup` tạo", en: "`{file}` is no backup that `rasoat backup` made" }
    NoBackupHint { vi: "chọn tệp do `rasoat backup` tạo", en: "choose a file that `rasoat backup` made" }
    RestoreNotEmptyHint { vi: "chọn một kho trống bằng --store, hoặc xóa kho này trước", en: "choose an empty store by --store, or delete this one first" }
    StoreExtension {
        vi: "kho `{store}` cần phần mở rộng `vector` (pgvector từ 0.7): {why}",
        en: "the store `{store}` needs the extension `vector` (pgvector 0.7 or newer): {why}",
    }
    StoreExtensionHint {
        vi: "cài pgvector trên máy chủ PostgreSQL, rồi nhờ quản trị viên chạy `CREATE EXTENSION vector` trong cơ sở dữ liệu này",
        en: "install pgvector on the PostgreSQL server, then have an administrator run `CREATE EXTENSION vector` in this database",
    }
    StoreLost { vi: "mất kết nối tới kho: {why}", en: "the connection to the store was lost: {why}" }
    StoreLostHint {
        vi: "việc đang làm dở không được ghi; chạy lại khi máy chủ PostgreSQL hoạt động",
        en: "what was under way was not stored; run it again once the PostgreSQL server works",
    }
    StoreServed {
        vi: "kho `{store}` đang được một `rasoat serve` khác phục vụ",
        en: "another `rasoat serve` already serves the store `{store}`",
    }
    StoreServedHint {
        vi: "dừng tiến trình đó, hoặc đặt kho trong PostgreSQL để nhiều tiến trình cùng phục vụ",
        en: "stop that one, or keep the store in PostgreSQL, which several may serve",
    }
    StoreNotEmpty { vi: "kho đích không trống", en: "the store to fill is not empty" }
    StoreNotEmptyHint { vi: "chọn kho khác bằng --to, hoặc xóa kho đích trước", en: "choose another store with --to, or delete that one first" }
    RowDiffers {
        vi: "sau khi chép, dòng {key} của bảng {table} không giống bản gốc; kho đích được để trống như trước",
        en: "row {key} of table {table} is not what it was in the original; the store to fill was left empty",
    }
    RowDiffersHint { vi: "chạy lại; nếu vẫn vậy, báo cho nhóm phát triển kèm dòng này", en: "run it again; if it persists, tell the developers, with this line" }
    TextWithNul { vi: "`{what}` có ký tự U+0000 mà kho không giữ được", en: "`{what}` has the character U+0000, which the store cannot hold" }
    TextWithNulHint { vi: "xóa ký tự đó trong tệp gốc rồi thử lại", en: "remove it in the original and try again" }
    PipMissing { vi: "không tìm thấy pip của Python", en: "Python's pip was not found" }
    PipMissingHint { vi: "cài bằng `apt-get install python3-pip` hoặc từ trang Python", en: "install it with `apt-get install python3-pip` or from Python's site" }
    DownloadFailed { vi: "không tải được {package}: {why}", en: "failed to download {package}: {why}" }
    DownloadFailedHint { vi: "kiểm tra mạng và cấu hình pip rồi chạy lại `rasoat setup`", en: "check the network and pip's configuration, then run `rasoat setup` again" }
    ChecksumMismatch { vi: "{file} tải về không đúng mã sha256 đã ghi", en: "{file} does not have the sha256 that is on record" }
    ChecksumMismatchHint { vi: "đã bỏ tệp này; chạy lại `rasoat setup`, nếu vẫn sai hãy báo cho nhóm phát triển", en: "it was dropped; run `rasoat setup` again, and tell the developers if it persists" }
    UnknownDocument { vi: "kho không có văn bản {document}", en: "the store has no document {document}" }
    UnknownProvision { vi: "{document} không có {eid}", en: "{document} has no {eid}" }
    UnknownDocumentHint { vi: "kiểm tra số hiệu, hoặc nhập văn bản bằng `rasoat import`", en: "check the number, or import the document with `rasoat import`" }
    NoNumber { vi: "không đọc được số, ký hiệu của văn bản", en: "the document's number cannot be read" }
    UnknownFinding { vi: "không có phát hiện {id}: lượt rà soát này có {findings} phát hiện", en: "there is no finding {id}: this review has {findings}" }
    UnknownFindingHint { vi: "dùng một số thứ tự từ f1, với cùng ngày và cùng các phép kiểm tra", en: "give one from f1 on, with the same date and the same checks" }
    UnknownCheck { vi: "không có phép kiểm tra {name}", en: "there is no check {name}" }
    UnknownCheckHint { vi: "các phép kiểm tra: {known}", en: "the checks: {known}" }
    UnknownReview { vi: "không có lượt rà soát này", en: "there is no such review" }
    UnknownReviewHint { vi: "mở lại từ danh sách lượt rà soát", en: "open it again from the list of reviews" }
    ReviewNotDone { vi: "lượt rà soát chưa xong", en: "the review is not finished" }
    ReviewNotDoneHint { vi: "chờ đến khi xong rồi thử lại", en: "wait until it is, then try again" }
    BadDate { vi: "`{date}` không phải ngày dạng 2026-11-21", en: "`{date}` is no date such as 2026-11-21" }
    BadDateHint { vi: "viết ngày theo thứ tự năm-tháng-ngày", en: "write the date as year-month-day" }
    // How the draft's file was read
    SourceProblemsHeading { vi: "Lưu ý khi đọc tệp", en: "How the file was read" }
    DoubtfulWords { vi: "nhận dạng chữ không chắc chắn ({sure}%): “{words}”", en: "recognised with doubt ({sure}%): “{words}”" }
    VectorsMissing { vi: "kho còn đoạn chưa mã hóa nên chưa tìm được theo nghĩa", en: "some passages have no vectors yet, so nothing can be found by meaning" }
    VectorsMissingHint { vi: "chạy `rasoat import` để mã hóa nốt, hoặc tìm theo chữ (--mode lexical)", en: "run `rasoat import` to make them, or search by words (--mode lexical)" }
    // Programs of other makers
    ProgramMissing { vi: "cần {program} để đọc hoặc ghi `{file}`, nhưng máy này chưa có", en: "{program} is needed for `{file}` and is not installed" }
    ProgramMissingHint { vi: "cài bằng `{command}` rồi thử lại, hoặc dùng tệp .docx", en: "install it with `{command}` and try again, or use a .docx file" }
    ProgramRefused { vi: "{program} không đọc được `{file}`", en: "{program} could make nothing of `{file}`" }
    ProgramRefusedHint { vi: "hãy mở tệp bằng Word hoặc LibreOffice, lưu thành .docx rồi thử lại", en: "open it in Word or LibreOffice, save it as .docx and try again" }
    ProgramTooSlow { vi: "{program} xử lý `{file}` quá {seconds} giây nên đã bị dừng", en: "{program} took more than {seconds} seconds over `{file}` and was stopped" }
    ProgramTooSlowHint { vi: "tách tệp thành các phần nhỏ hơn, hoặc đặt RASOAT_PROGRAM_SECONDS lớn hơn", en: "split the file, or set RASOAT_PROGRAM_SECONDS higher" }
    LibreOfficePurpose { vi: "đọc .doc, .rtf, .odt và xuất phiếu rà soát ra PDF", en: "reads .doc, .rtf and .odt, and writes the review sheet as PDF" }
    OcrPurpose { vi: "đọc PDF quét (nhận dạng chữ)", en: "reads scanned PDFs (OCR)" }
    BadSetting { vi: "biến môi trường {variable} có giá trị `{value}`, không phải số nguyên dương", en: "the environment variable {variable} is `{value}`, which is no positive whole number" }
    BadSettingHint { vi: "đặt lại hoặc bỏ biến này", en: "set it to a number or unset it" }
    // Tables of findings
    FindingsTableTitle { vi: "Bảng phát hiện khi rà soát", en: "Findings of the review" }
    FindingsTableDate { vi: "Đối chiếu với pháp luật ngày {date}", en: "Held against the law of {date}" }
    ColumnOrder { vi: "STT", en: "No." }
    ColumnProvision { vi: "Điều, khoản, điểm", en: "Provision" }
    ColumnQuote { vi: "Nội dung dự thảo", en: "The draft's words" }
    ColumnSeverity { vi: "Mức độ", en: "Severity" }
    ColumnMessage { vi: "Phát hiện", en: "Finding" }
    ColumnEvidence { vi: "Căn cứ đối chiếu", en: "Evidence" }
    ColumnSuggestion { vi: "Đề xuất", en: "Suggestion" }
    ColumnConfidence { vi: "Độ tin cậy", en: "Confidence" }
    CheckNotRunBecause { vi: "Không chạy: {check} ({why})", en: "Did not run: {check} ({why})" }
    CheckDidNotCover { vi: "Chưa bao quát hết: {check}: {what}", en: "Not everything covered: {check}: {what}" }
    BadRequest { vi: "yêu cầu không hợp lệ: {why}", en: "the request is not valid: {why}" }
    BadRequestHint { vi: "xem mô tả ở /api/openapi.json", en: "see the description at /api/openapi.json" }
    UnknownRoute { vi: "không có địa chỉ này", en: "there is no such address" }
    NoFileUploaded { vi: "chưa có tệp nào được gửi lên", en: "no file was uploaded" }
    BadConfiguration { vi: "cấu hình `{file}`, dòng {line}: {why}", en: "configuration `{file}`, line {line}: {why}" }
    BadConfigurationHint { vi: "sửa dòng ấy; các mục được mô tả trong README, phần cấu hình", en: "mend that line; the README's part on configuration describes every entry" }
    TooManyReviews { vi: "đang có {waiting} lượt rà soát chờ đến lượt, chưa nhận thêm", en: "{waiting} reviews are waiting for their turn, no more are taken" }
    PetitionsBusy { vi: "đang có quá nhiều phản ánh chờ xử lý, chưa nhận thêm", en: "too many petitions are waiting, no more are taken just now" }
    ServiceBusy { vi: "đang có quá nhiều người tìm và hỏi", en: "too many are searching and asking just now" }
    TooManyReviewsHint { vi: "thử lại sau ít phút", en: "try again in some minutes" }
    AccountHint { vi: "xem lại yêu cầu rồi gửi lại", en: "look at the request again and send it anew" }
    AccountNeeded { vi: "việc này cần đăng nhập", en: "this needs an account" }
    Forbidden { vi: "tài khoản này không có quyền làm việc đó", en: "this account may not do that" }
    AccessHint { vi: "đăng nhập bằng tài khoản có quyền, hoặc hỏi quản trị viên", en: "log in with an account that may, or ask an administrator" }
    UnknownToken { vi: "mã truy cập không đúng, đã hết hạn hoặc đã bị thu hồi", en: "the token is wrong, has lapsed, or was taken back" }
    MissingCsrf { vi: "thiếu mã chống giả mạo yêu cầu (x-rasoat-csrf)", en: "the header x-rasoat-csrf is missing or wrong" }
    ForeignOrigin { vi: "yêu cầu đến từ trang khác", en: "the request comes from another site" }
    ForeignHost { vi: "dịch vụ không có tài khoản chỉ nhận yêu cầu gửi tới máy này, không phải `{host}`", en: "a service without accounts answers only under a name of this machine, not `{host}`" }
    ForeignHostHint { vi: "mở bằng http://127.0.0.1, hoặc đặt `[accounts] required = true` trong cấu hình", en: "open it as http://127.0.0.1, or set `[accounts] required = true` in the configuration" }
    TooManyRequests { vi: "quá nhiều yêu cầu trong một phút từ địa chỉ này", en: "too many requests in a minute from this address" }
    LoginFailed { vi: "tên đăng nhập hoặc mật khẩu không đúng", en: "the login name or the password is wrong" }
    LoginFailedHint { vi: "thử lại; quên mật khẩu thì nhờ quản trị viên gửi lời mời mới", en: "try again; whoever forgot the password asks an administrator for a new invitation" }
    LoginThrottled { vi: "đăng nhập sai quá nhiều lần, chờ {seconds} giây", en: "too many failed logins, wait {seconds} seconds" }
    LoginThrottledHint { vi: "chờ rồi thử lại", en: "wait and try again" }
    WeakPassword { vi: "mật khẩu phải có từ 12 đến 256 ký tự, ít nhất 5 ký tự khác nhau", en: "a password has 12 to 256 characters, at least 5 of them different" }
    BadLogin { vi: "`{what}` không dùng làm tên đăng nhập được: từ 3 đến 100 chữ cái không dấu, chữ số và .-_@", en: "`{what}` cannot be a login name: 3 to 100 plain letters, digits and .-_@" }
    BadName { vi: "`{what}` không dùng làm tên được: từ 1 đến 200 ký tự", en: "`{what}` cannot be a name: 1 to 200 characters" }
    LoginTaken { vi: "tên đăng nhập `{what}` đã có người dùng", en: "the login name `{what}` is taken" }
    UnknownAccount { vi: "không có tài khoản `{what}`", en: "there is no account `{what}`" }
    UnknownOrganisation { vi: "không có cơ quan `{what}`", en: "there is no organisation `{what}`" }
    UnknownInvitation { vi: "lời mời không đúng, đã hết hạn hoặc đã được dùng", en: "the invitation is wrong, has lapsed, or was taken up" }
    RoleWithoutAccount { vi: "vai trò `{what}` không cần tài khoản", en: "the role `{what}` needs no account" }
    LastAdministrator { vi: "`{what}` là quản trị viên cuối cùng", en: "`{what}` is the last administrator" }
    FirstLink { vi: "Chưa có quản trị viên. Mở liên kết này để tạo (dùng một lần, hết hạn sau bảy ngày): {link}", en: "There is no administrator yet. Open this link to make one (once, within seven days): {link}" }
    ReviewErased { vi: "nội dung của lượt rà soát này đã bị xóa", en: "what this review was about was erased" }
    ReviewErasedHint { vi: "chỉ còn ngày và trạng thái; nếu cần, gửi lại tệp để rà soát lần nữa", en: "only its date and state are left; upload the file again to review it anew" }
    ErasedFile { vi: "(đã xóa)", en: "(erased)" }
    UnknownDecision { vi: "chưa có quyết định nào về phát hiện `{finding}`", en: "nothing was decided on finding `{finding}`" }
    PackChanged { vi: "kho văn bản đang được cập nhật", en: "the stored law is being changed" }
    PackChangedHint { vi: "tải lại gói pháp luật sau ít giây", en: "load the pack of law again in a few seconds" }
    PackUnknown { vi: "không có phần này trong gói pháp luật", en: "the pack of law has no such part" }
    UnknownDecisionHint { vi: "xem các quyết định của lượt rà soát", en: "look at the review's decisions" }
    NoReplacement { vi: "quyết định sửa phải kèm lời thay thế", en: "an edited finding needs the words to write instead" }
    TooLong { vi: "`{field}` dài hơn {most} ký tự", en: "`{field}` has more than {most} characters" }
    ReviewerNote { vi: "Người rà soát: {note}", en: "Reviewer: {note}" }
    NoReason { vi: "chưa nêu lý do", en: "no reason is given" }
    UnknownPetition { vi: "không có phản ánh, kiến nghị này, hoặc mã theo dõi không đúng", en: "there is no such petition, or the secret is wrong" }
    UnknownPetitionHint { vi: "gửi kèm mã theo dõi đã nhận (x-rasoat-secret)", en: "send the secret that came with its number (x-rasoat-secret)" }
    ReviewFailed { vi: "không rà soát được quy định này: {why}", en: "the provision could not be reviewed: {why}" }
    SearchFailed { vi: "không tìm được quy định liên quan: {why}", en: "no provisions could be searched: {why}" }
    KeyMissing { vi: "nội dung trong kho đã được mã hóa mà chưa có khóa", en: "what the store holds is encrypted and there is no key" }
    KeyMissingHint { vi: "đặt `[store] key_file` trong cấu hình tới tệp khóa của kho này; chưa có gì bị ghi", en: "name the key of this store in `[store] key_file` of the configuration; nothing was written" }
    KeyWrong { vi: "khóa không phải là khóa của kho này", en: "the key is not the one of this store" }
    KeyWrongHint { vi: "đặt `[store] key_file` tới tệp khóa đã dùng khi mã hóa (sau `rasoat key rotate` là khóa mới); chưa có gì bị ghi", en: "name the key it was encrypted with in `[store] key_file` (after `rasoat key rotate`, the new one); nothing was written" }
    KeyUnreadable { vi: "tệp khóa `{file}` không dùng được: {why}", en: "the key file `{file}` cannot be used: {why}" }
    KeyUnreadableHint { vi: "tạo khóa bằng `rasoat key new TỆP`; tệp có 64 chữ số thập lục phân", en: "`rasoat key new FILE` makes one; it has 64 hexadecimal digits" }
    KeyExists { vi: "đã có tệp `{file}`; không ghi đè lên một khóa", en: "there is a file `{file}`; no key is written over" }
    KeyExistsHint { vi: "chọn tên khác", en: "choose another name" }
    SealBroken { vi: "nội dung mã hóa tại {place} không còn nguyên vẹn", en: "what is encrypted at {place} is not whole" }
    SealBrokenHint { vi: "phục hồi từ bản sao lưu", en: "restore it from a backup" }
    KeyMade { vi: "Đã tạo khóa {file}. Giữ một bản ở nơi khác: mất khóa là mất nội dung.", en: "Made the key {file}. Keep a copy elsewhere: without it what is encrypted is lost." }
    KeyRotated { vi: "{values} giá trị trong kho nay được mã hóa bằng khóa {file}. Đặt `[store] key_file` tới tệp này rồi mới khởi động lại dịch vụ.", en: "{values} values of the store are now encrypted with {file}. Set `[store] key_file` to it before the service is started again." }
    RecordWhole { vi: "Nhật ký nguyên vẹn: {entries} mục, mục cuối có mã {sum}.", en: "The record is whole: {entries} entries, the last has the sum {sum}." }
    RecordExported { vi: "{entries} mục nhật ký", en: "{entries} entries of the record" }
    InvitedLink { vi: "Mở liên kết này trong bảy ngày, một lần duy nhất: {link}", en: "Open this link within seven days, once: {link}" }
    RecordBroken { vi: "nhật ký không còn nguyên vẹn từ mục {position}", en: "the record is not whole from entry {position} on" }
    RecordBrokenHint { vi: "so với bản sao lưu", en: "compare it with a backup" }
    RequestReused { vi: "khóa Idempotency-Key này đã dùng cho một tệp khác", en: "this Idempotency-Key was used for another file" }
    RequestReusedHint { vi: "dùng khóa mới cho mỗi yêu cầu mới", en: "use a new key for each new request" }
    SsoFailed { vi: "không đăng nhập được qua {name}: {why}", en: "failed to log in by {name}: {why}" }
    SsoFailedHint { vi: "thử lại từ đầu; nếu lặp lại, báo quản trị viên", en: "begin anew; if it happens again, tell an administrator" }
    ReviewInterrupted { vi: "lượt rà soát đã {times} lần bị ngắt giữa chừng cùng với dịch vụ", en: "the review was cut off {times} times together with the service" }
    ReviewInterruptedHint { vi: "báo quản trị viên xem nhật ký dịch vụ (thường do thiếu bộ nhớ), rồi gửi lại tệp hoặc tách tệp thành nhiều phần", en: "have an administrator look at the service's log (memory, most often), then upload the file again or in parts" }
    ImportInterrupted { vi: "lượt nhập đã {times} lần bị ngắt giữa chừng cùng với dịch vụ", en: "the import was cut off {times} times together with the service" }
    ImportInterruptedHint { vi: "xem nhật ký dịch vụ (thường do thiếu bộ nhớ), rồi nhập lại từng tệp để biết tệp nào gây ra", en: "look at the service's log (memory, most often), then import the files one by one to see which does it" }
    GatheringInterrupted { vi: "việc tìm quy định liên quan đã {times} lần bị ngắt giữa chừng cùng với dịch vụ", en: "gathering was cut off {times} times together with the service" }
    GatheringInterruptedHint { vi: "tự đối chiếu quy định, và báo quản trị viên xem nhật ký dịch vụ", en: "compare the provision yourself, and have an administrator look at the service's log" }
    UnknownAmendment { vi: "không có sửa đổi `{what}` trong danh sách chờ xác nhận", en: "there is no amendment `{what}` in the queue" }
    UnknownAmendmentHint { vi: "xem danh sách bằng `rasoat amendment list --all`", en: "`rasoat amendment list` shows the queue" }
    AmendmentOneWord { vi: "phải xác nhận hoặc bỏ qua, không phải cả hai", en: "an amendment is either confirmed or dismissed" }
    AmendmentOpenStill { vi: "chưa ai xác nhận hay bỏ qua sửa đổi này", en: "nobody has confirmed or dismissed this amendment" }
    AmendmentNoDocument { vi: "chưa rõ văn bản bị sửa đổi", en: "which document is amended is not known" }
    AmendmentNoDocumentHint { vi: "nêu số hiệu của văn bản bị sửa đổi", en: "give the number of the document that is amended" }
    AmendmentNoDate { vi: "chưa rõ ngày sửa đổi có hiệu lực", en: "the day it takes effect is not known" }
    AmendmentNoDateHint { vi: "nêu ngày bắt đầu có hiệu lực, theo dạng 2026-11-21", en: "give the first day it is in effect, as 2026-11-21" }
    WhyTargetUnclear { vi: "không xác định được quy định cần sửa đổi", en: "which provision is amended could not be read" }
    WhyDocumentUnclear { vi: "không xác định được văn bản bị sửa đổi", en: "which document is amended could not be read" }
    WhyNoNewText { vi: "không đọc được nội dung mới", en: "no new text could be read" }
    WhyNewTextUnclear { vi: "không xác định được nội dung mới nào thuộc quy định nào", en: "which new text belongs to which provision could not be read" }
    WhyOtherNumber { vi: "nội dung mới mang số {number}, khác quy định cần sửa đổi", en: "the new text bears the number {number}, not its target's" }
    WhySmallerThanPoint { vi: "quy định cần sửa đổi nhỏ hơn điểm", en: "what is amended is smaller than a point" }
    WhyNoSuchUnit { vi: "văn bản trong kho không có {unit}", en: "the stored document has no {unit}" }
    WhyAmbiguous { vi: "văn bản trong kho có nhiều {unit}", en: "the stored document has several of {unit}" }
    WhyAlreadyThere { vi: "văn bản trong kho đã có {unit}", en: "the stored document has {unit} already" }
    WhyNoSuchPart { vi: "{unit} trong kho không có phần cần sửa đổi", en: "{unit} as stored has no such part" }
    WhyNoSuchPhrase { vi: "không tìm thấy cụm từ “{words}” trong văn bản ở kho", en: "the stored document does not have the words “{words}”" }
    AmendmentsNone { vi: "Không có sửa đổi nào chờ xác nhận.", en: "No amendment waits for a person." }
    AmendmentWhole { vi: "toàn bộ văn bản", en: "the whole document" }
    AmendmentUnknownPart { vi: "chưa rõ", en: "unknown" }
    AmendmentConfirmedLine { vi: "Đã xác nhận {id}: {operation} {what} của {document} từ {date}.", en: "Confirmed {id}: {operation} {what} of {document} from {date}." }
    AmendmentDismissedLine { vi: "Đã bỏ qua {id}.", en: "Dismissed {id}." }
    AmendmentReopenedLine { vi: "Đã mở lại {id}.", en: "Opened {id} again." }
    OperationAmend { vi: "sửa đổi, bổ sung", en: "amends" }
    OperationInsert { vi: "bổ sung mới", en: "inserts" }
    OperationRepeal { vi: "bãi bỏ", en: "repeals" }
    OperationReplace { vi: "thay thế", en: "replaces" }
    OperationSuspend { vi: "tạm ngưng", en: "suspends" }
    OperationResume { vi: "cho có hiệu lực trở lại", en: "resumes" }
    UnknownEvaluationRun { vi: "không có lượt đánh giá `{what}`", en: "there is no run of an evaluation `{what}`" }
    EvaluationBusy { vi: "đang có một lượt đánh giá chạy", en: "an evaluation is running" }
    EvaluationBusyHint { vi: "chờ lượt ấy xong hoặc dừng nó, rồi thử lại", en: "wait for it or stop it, then try again" }
    UnknownEvaluationData { vi: "không có bộ dữ liệu đánh giá `{what}`", en: "there is no evaluation data `{what}`" }
    UnknownEvaluationDataHint { vi: "đặt bộ dữ liệu vào thư mục `[evaluation] data` của cấu hình", en: "put the set into the folder `[evaluation] data` of the configuration" }
    EvaluationCutOff { vi: "lượt đánh giá bị ngắt khi dịch vụ dừng", en: "the evaluation was cut off when the service ended" }
    EvaluationCutOffHint { vi: "chạy lại; vectơ đã tính được dùng tiếp", en: "begin it again; vectors that were made are used" }
    KeyInUse { vi: "đang có dịch vụ chạy trên kho này, chưa đổi được khóa", en: "a service runs on this store, so its key is not replaced" }
    KeyInUseHint { vi: "dừng mọi `rasoat serve` trên kho này rồi chạy lại lệnh; chưa có gì bị đổi", en: "stop every `rasoat serve` on this store, then run the command again; nothing was changed" }
    UnknownImport { vi: "không có lượt nhập này", en: "there is no such import" }
    UnknownEvaluation { vi: "không có báo cáo đánh giá `{what}`", en: "there is no report of an evaluation `{what}`" }
    NoComment { vi: "bình luận còn trống", en: "the comment is empty" }
    UnknownComment { vi: "không có bình luận này, hoặc không phải của bạn", en: "there is no such comment, or it is another's" }
    UnknownCommentHint { vi: "hãy tải lại trang", en: "load the page again" }
    UnknownAssignee { vi: "không giao được cho tài khoản này", en: "this account cannot take care of it" }
    UnknownAssigneeHint {
        vi: "chọn một người rà soát đang hoạt động của cùng cơ quan",
        en: "choose an active reviewer of the same organisation",
    }
    NoAssignee { vi: "phát hiện này chưa giao cho ai", en: "nobody takes care of this finding" }
    NoItemsKept { vi: "báo cáo này không giữ từng trường hợp", en: "this report keeps no cases" }
    NoItemsKeptHint {
        vi: "chạy lại `rasoat eval -o` để có các tệp items-*.jsonl cạnh report.json",
        en: "run `rasoat eval -o` again to have the files items-*.jsonl beside report.json",
    }
    NoSso { vi: "dịch vụ này không có đăng nhập một lần", en: "this service has no single sign-on" }
    NotReady { vi: "chưa sẵn sàng: {why}", en: "not ready: {why}" }
    NotReadyHint { vi: "xem `rasoat doctor`", en: "see `rasoat doctor`" }
    AddressInUse { vi: "không nghe được ở {address}: {why}", en: "failed to listen on {address}: {why}" }
    AddressInUseHint { vi: "chọn cổng khác bằng --listen", en: "choose another port with --listen" }
    InternalError { vi: "lỗi bên trong: {why}", en: "internal error: {why}" }
    InternalErrorHint { vi: "báo cho nhóm phát triển kèm dòng này", en: "tell the developers, with this line" }
    NothingSelected { vi: "không có văn bản nào trong kho khớp với điều kiện chọn", en: "no document of the store is selected" }
    NothingSelectedHint { vi: "bớt hoặc sửa --issuer, --field, --kind, --document; xem các văn bản bằng `rasoat list`", en: "loosen --issuer, --field, --kind or --document; `rasoat list` shows what the store holds" }
    QuestionEmpty { vi: "câu hỏi trống", en: "the question is empty" }
    QuestionEmptyHint { vi: "hãy viết câu hỏi bằng lời của bạn", en: "write the question in your own words" }
    AnswerRestsOn { vi: "Căn cứ (xét tại ngày {date}):", en: "Legal basis (as of {date}):" }
    AnswerNotes { vi: "Lưu ý:", en: "Notes:" }
    AnswerSureness { vi: "Độ tin cậy: {sure}.", en: "Confidence: {sure}." }
    AnswerUnsure {
        vi: "chưa chắc, nên hỏi lại cơ quan có thẩm quyền ({percent}%)",
        en: "unsure, ask the competent body ({percent}%)",
    }
    AnswerNotice {
        vi: "Đây là trích dẫn quy định của pháp luật, không phải ý kiến tư vấn cho một vụ việc cụ thể.",
        en: "These are words of the law, not advice on anybody's case.",
    }
    RenderingHeading { vi: "Diễn đạt lại bằng lời dễ hiểu (máy viết)", en: "In plain words (written by a machine)" }
    RenderingNotice {
        vi: "Mô hình ngôn ngữ riêng của đơn vị ({model}) viết phần này. Đây không phải là luật: chỉ giữ những câu khớp với điều khoản ghi bên cạnh. Khi khác nhau, câu trả lời ở trên là đúng.",
        en: "Written by this service's own language model ({model}). It is not law: only sentences that agree with the provision beside them are kept. Where they differ, the answer above holds.",
    }
    RenderingPending { vi: "Mô hình đang viết…", en: "The model is writing…" }
    RenderingNothingKept {
        vi: "Không có câu nào của mô hình khớp với điều khoản, nên không hiện phần này.",
        en: "No sentence of the model agrees with the provisions, so none is shown.",
    }
    RenderingOutOfTime { vi: "Mô hình viết chưa xong trong thời gian cho phép.", en: "The model was not done in time." }
    RenderingBusy { vi: "Nhiều người đang chờ mô hình, mời thử lại sau.", en: "Many wait for the model; try again later." }
    RenderingFailed { vi: "Mô hình gặp lỗi.", en: "The model failed." }
    RenderingDropped { vi: "Đã bỏ {count} câu không khớp với điều khoản.", en: "{count} sentences that did not agree were left out." }
    GeneratorUnusable { vi: "không dùng được mô hình sinh văn bản `{file}`: {why}", en: "the generator `{file}` cannot be used: {why}" }
    GeneratorUnusableHint {
        vi: "sửa `[models] generator` trong tệp cấu hình: một tệp GGUF của họ Qwen 2, Qwen 3 hoặc Gemma 3; bỏ dòng đó thì vẫn chạy được",
        en: "mend `[models] generator` in the configuration: a GGUF file of the families Qwen 2, Qwen 3 or Gemma 3; without the line all else works",
    }
    ProcedureLacks { vi: "  thiếu: {parts}", en: "  lacks: {parts}" }
    ProceduresChecked {
        vi: "{count} thủ tục, {whole} đủ các bộ phận theo Điều 8 Nghị định 63/2010/NĐ-CP",
        en: "{count} procedures, {whole} with all parts that Decree 63/2010/NĐ-CP, Article 8, asks for",
    }
    NoProcedures { vi: "`{file}` không có thủ tục hành chính nào đọc được", en: "`{file}` holds no procedure that can be read" }
    NoProceduresHint {
        vi: "cần tệp DOCX hoặc HTML có tên thủ tục và mục “Trình tự thực hiện”, hoặc JSON: một thủ tục có trường name, một danh sách, hoặc mỗi dòng một thủ tục",
        en: "it must be DOCX or HTML with the name and a heading “Trình tự thực hiện”, or JSON: a procedure with a field name, a list of them, or one a line",
    }
    WasCancelled { vi: "đã dừng theo yêu cầu", en: "stopped as asked" }
    WasCancelledHint { vi: "chạy lại để làm tiếp phần còn lại", en: "run it again to go on with the rest" }
}

impl Message {
    /// The text with each `{name}` replaced by its value, once: a value's own braces stay as they are. A placeholder
    /// that no value is given for stays visible.
    pub fn fill(self, language: Language, values: &[(&str, &str)]) -> String {
        let mut rest = self.text(language);
        let mut filled = String::with_capacity(rest.len() + 32);
        while let Some((before, name, after)) = next_placeholder(rest) {
            filled.push_str(before);
            match values.iter().find(|(key, _)| *key == name) {
                Some((_, value)) => filled.push_str(value),
                None => {
                    filled.push('{');
                    filled.push_str(name);
                    filled.push('}');
                }
            }
            rest = after;
        }
        filled.push_str(rest);
        filled
    }
}

/// What stands before the first placeholder of `text`, its name, and what stands after it.
fn next_placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let (before, opened) = text.split_once('{')?;
    let (name, after) = opened.split_once('}')?;
    Some((before, name, after))
}

/// Every check with the message that names it, in the order the contract lists them.
pub const CHECKS: &[(&str, Message)] = &[
    ("validity.expired", Message::CheckValidityExpired),
    ("validity.partly_expired", Message::CheckValidityPartlyExpired),
    ("validity.not_yet_in_force", Message::CheckValidityNotYetInForce),
    ("validity.unknown_document", Message::CheckValidityUnknownDocument),
    ("basis.missing", Message::CheckBasisMissing),
    ("basis.expired", Message::CheckBasisExpired),
    ("basis.lower_rank", Message::CheckBasisLowerRank),
    ("basis.metadata_mismatch", Message::CheckBasisMetadataMismatch),
    ("authority.kind", Message::CheckAuthorityKind),
    ("authority.scope", Message::CheckAuthorityScope),
    ("conflict.contradiction", Message::CheckConflictContradiction),
    ("conflict.overlap", Message::CheckConflictOverlap),
    ("conflict.duplicate", Message::CheckConflictDuplicate),
    ("terms.renamed_body", Message::CheckTermsRenamedBody),
    ("terms.abolished_unit", Message::CheckTermsAbolishedUnit),
    ("terms.obsolete_term", Message::CheckTermsObsoleteTerm),
    ("reference.dangling", Message::CheckReferenceDangling),
    ("reference.wrong_provision", Message::CheckReferenceWrongProvision),
    ("form.numbering", Message::CheckFormNumbering),
    ("form.effective_clause", Message::CheckFormEffectiveClause),
    ("form.definition", Message::CheckFormDefinition),
    ("form.repeal_clause", Message::CheckFormRepealClause),
];

/// Every dimension a conflict can be about, with the message that names it.
pub const DIMENSIONS: &[(&str, Message)] = &[
    ("deadline", Message::DimensionDeadline),
    ("amount", Message::DimensionAmount),
    ("rate", Message::DimensionRate),
    ("age", Message::DimensionAge),
    ("count", Message::DimensionCount),
    ("subject", Message::DimensionSubject),
    ("condition", Message::DimensionCondition),
    ("modality", Message::DimensionModality),
    ("sanction", Message::DimensionSanction),
    ("definition", Message::DimensionDefinition),
    ("competence", Message::DimensionCompetence),
    ("procedure", Message::DimensionProcedure),
    ("other", Message::DimensionOther),
];

const ROLES: &[(&str, Message)] = &[
    ("reference", Message::RoleReference),
    ("basis", Message::RoleBasis),
    ("amender", Message::RoleAmender),
    ("target", Message::RoleTarget),
    ("quoted", Message::RoleQuoted),
];

const SOURCES: &[(&str, Message)] = &[
    ("corpus", Message::SourceCorpus),
    ("register", Message::SourceRegister),
    ("draft", Message::SourceDraft),
    ("", Message::SourceUnknown),
];

/// The name `table` gives `key`; a key of a newer version than this catalogue names itself.
fn name_in<'k>(table: &[(&str, Message)], key: &'k str, language: Language) -> &'k str {
    table.iter().find(|(known, _)| *known == key).map_or(key, |(_, message)| message.text(language))
}

/// Short name of a check, such as "Căn cứ ban hành hết hiệu lực" for `basis.expired`.
pub fn check_name(check: &str, language: Language) -> &str {
    name_in(CHECKS, check, language)
}

/// Name of what a conflict is about, such as "thời hạn" for `deadline`.
pub fn dimension_name(dimension: &str, language: Language) -> &str {
    name_in(DIMENSIONS, dimension, language)
}

/// Name of a citation's role, such as "căn cứ" for `basis`.
pub fn role_name(role: &str, language: Language) -> &str {
    name_in(ROLES, role, language)
}

/// Name of where evidence was read, such as "kho văn bản pháp luật" for `corpus`.
pub fn source_name(source: &str, language: Language) -> &str {
    name_in(SOURCES, source, language)
}

/// Name of a severity.
pub fn severity_name(severity: Severity, language: Language) -> &'static str {
    let message = match severity {
        Severity::Error => Message::SeverityError,
        Severity::Warning => Message::SeverityWarning,
        Severity::Note => Message::SeverityNote,
    };
    message.text(language)
}

/// Name of a state of effect.
pub fn effect_name(effect: Effect, language: Language) -> &'static str {
    let message = match effect {
        Effect::InForce => Message::EffectInForce,
        Effect::PartlyExpired => Message::EffectPartlyExpired,
        Effect::Expired => Message::EffectExpired,
        Effect::NotYetInForce => Message::EffectNotYetInForce,
        Effect::Suspended => Message::EffectSuspended,
        Effect::Unknown => Message::EffectUnknown,
    };
    message.text(language)
}

/// Name of a review's stage.
pub fn stage_name(stage: Stage, language: Language) -> &'static str {
    let message = match stage {
        Stage::Queued => Message::StageQueued,
        Stage::Parse => Message::StageParse,
        Stage::TextChecks => Message::StageTextChecks,
        Stage::Retrieve => Message::StageRetrieve,
        Stage::Judge => Message::StageJudge,
        Stage::Done => Message::StageDone,
    };
    message.text(language)
}

/// Name of the state of a review's job.
pub fn state_name(state: JobState, language: Language) -> &'static str {
    let message = match state {
        JobState::Running => Message::StateRunning,
        JobState::Done => Message::StateDone,
        JobState::Failed => Message::StateFailed,
        JobState::Cancelled => Message::StateCancelled,
        JobState::Erased => Message::StateErased,
    };
    message.text(language)
}

/// A calibrated probability in words and percent, such as "chắc chắn (87%)". It never says 100%: no check is certain.
pub fn confidence_words(confidence: f32, language: Language) -> String {
    let message = match confidence {
        c if c >= 0.95 => Message::ConfidenceVeryHigh,
        c if c >= 0.80 => Message::ConfidenceHigh,
        c if c >= 0.60 => Message::ConfidenceModerate,
        _ => Message::ConfidenceLow,
    };
    in_percent(message, confidence, language)
}

/// A confidence in words for whoever asked a question: nobody is there to decide, so an unsure answer says where to turn.
pub fn sureness_words(confidence: f32, language: Language) -> String {
    if confidence >= 0.60 {
        confidence_words(confidence, language)
    } else {
        in_percent(Message::AnswerUnsure, confidence, language)
    }
}

/// What to say of a rendering beside its sentences, where there is anything.
pub fn rendering_state(state: RenderingState) -> Option<Message> {
    match state {
        RenderingState::Kept => None,
        RenderingState::Offered => Some(Message::RenderingPending),
        RenderingState::NothingKept => Some(Message::RenderingNothingKept),
        RenderingState::OutOfTime => Some(Message::RenderingOutOfTime),
        RenderingState::Busy => Some(Message::RenderingBusy),
        RenderingState::Failed => Some(Message::RenderingFailed),
    }
}

fn in_percent(message: Message, confidence: f32, language: Language) -> String {
    let percent = if confidence.is_finite() { (confidence * 100.0).round().clamp(0.0, 99.0) } else { 0.0 };
    message.fill(language, &[("percent", &percent.to_string())])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn placeholders(mut text: &'static str) -> BTreeSet<&'static str> {
        let mut names = BTreeSet::new();
        while let Some((_, name, after)) = next_placeholder(text) {
            names.insert(name);
            text = after;
        }
        names
    }

    #[test]
    fn both_languages_of_a_message_name_the_same_placeholders() {
        for message in Message::ALL {
            let (vi, en) = (message.text(Language::Vi), message.text(Language::En));
            assert_eq!(placeholders(vi), placeholders(en), "{message:?}");
            for text in [vi, en] {
                assert!(!text.trim().is_empty(), "{message:?}");
                assert_eq!(text.matches('{').count(), text.matches('}').count(), "{message:?}");
            }
        }
    }

    #[test]
    fn a_placeholder_is_filled_once_and_an_unknown_one_stays_visible() {
        let check = |values: &[(&str, &str)], expected: &str| {
            assert_eq!(Message::FileChosen.fill(Language::Vi, values), expected);
        };
        check(&[("name", "du-thao.docx"), ("size", "12 KB")], "Đã chọn: du-thao.docx (12 KB)");
        check(&[("name", "{size}.docx"), ("size", "1 B")], "Đã chọn: {size}.docx (1 B)");
        check(&[("name", "a.txt")], "Đã chọn: a.txt ({size})");
    }

    #[test]
    fn every_check_has_its_own_name_in_both_languages() {
        for language in [Language::Vi, Language::En] {
            let names: BTreeSet<_> = CHECKS.iter().map(|(check, _)| check_name(check, language)).collect();
            assert_eq!(names.len(), CHECKS.len());
            assert!(names.iter().all(|name| !name.contains('.')));
        }
        assert_eq!(check_name("future.check", Language::Vi), "future.check");
    }

    #[test]
    fn a_confidence_is_never_put_as_certainty() {
        assert_eq!(confidence_words(1.0, Language::Vi), "rất chắc chắn (99%)");
        assert_eq!(confidence_words(0.5, Language::En), "unsure, a person must decide (50%)");
        assert_eq!(confidence_words(f32::NAN, Language::En), "unsure, a person must decide (0%)");
        assert_eq!(sureness_words(0.8, Language::En), confidence_words(0.8, Language::En));
        assert_eq!(sureness_words(0.5, Language::En), "unsure, ask the competent body (50%)");
        assert_eq!(sureness_words(f32::NAN, Language::En), "unsure, ask the competent body (0%)");
    }

    #[test]
    fn a_locale_names_its_language() {
        let check = |tag: &str, expected: Option<Language>| assert_eq!(Language::from_tag(tag), expected, "{tag}");
        check("vi", Some(Language::Vi));
        check("vi_VN.UTF-8", Some(Language::Vi));
        check("en-GB", Some(Language::En));
        check("fr", None);
        check("", None);
    }
}
