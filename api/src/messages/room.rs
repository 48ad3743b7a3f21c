//! What the pages say of the latest things: the text of a document on two days, who cites it, procedures, filters and
//! charts. A part of the one catalogue, in a file of its own.

macro_rules! with_room {
    ($then:ident; $($before:tt)*) => {
        with_desk! { $then;
            $($before)*

    // What a document read as on two days
    ChangesHeading { vi: "So sánh lời văn giữa hai ngày", en: "The text on two days" }
    ChangesOpen { vi: "So sánh hai ngày", en: "Compare two days" }
    ChangesFrom { vi: "Từ ngày", en: "From" }
    ChangesTo { vi: "Đến ngày", en: "To" }
    ChangesShow { vi: "So sánh", en: "Compare" }
    ChangesPurpose {
        vi: "Lời văn tại hai ngày, sau khi đưa vào các sửa đổi mà kho có. Để đọc cho tiện, không phải văn bản pháp luật.",
        en: "The text on two days, with the amendments that the store holds worked in. An aid to reading, not a source of law.",
    }
    ChangesNone { vi: "Kho không có sửa đổi nào làm lời văn khác nhau giữa hai ngày này.", en: "The store holds no amendment by which the text of these two days would differ." }
    ChangesCount { vi: "{articles} điều khác nhau; {causes} quy định sửa đổi", en: "Articles that differ: {articles}; amending provisions: {causes}" }
    ChangesCauses { vi: "Vì các quy định sau", en: "Because of these provisions" }
    ChangesCause { vi: "Sửa đổi số {number}", en: "Amendment {number}" }
    ChangesWholeDocument { vi: "lời văn nhiều nơi", en: "words in several places" }
    ChangesSince { vi: "từ ngày {date}", en: "from {date}" }
    ChangesDeleted { vi: "[bỏ: ", en: "[deleted: " }
    ChangesInserted { vi: "[thêm: ", en: "[inserted: " }
    ChangesMarkEnd { vi: "]", en: "]" }
    ChangesMoved { vi: "chuyển chỗ", en: "moved" }
    ChangesElsewhere { vi: "Ngoài các điều", en: "Outside the articles" }
    CitingHeading { vi: "Được viện dẫn tại", en: "Cited by" }
    CitingNone { vi: "Không văn bản nào trong kho viện dẫn.", en: "No document of the store cites it." }
    CitingTotal { vi: "{total} nơi viện dẫn", en: "Places that cite it: {total}" }
    CitingMore { vi: "Hiện thêm", en: "Show more" }

    // Procedures
    ProceduresHeading { vi: "Thủ tục hành chính", en: "Administrative procedures" }
    ProceduresPurpose {
        vi: "Ai làm, nộp ở đâu, giấy tờ, thời hạn, phí, các bước và mẫu đơn, như cơ quan công bố.",
        en: "Who, where, papers, time, fee, steps and forms, as the body has published them.",
    }
    ProceduresFind { vi: "Tìm thủ tục", en: "Find a procedure" }
    ProceduresNone { vi: "Không có thủ tục nào khớp.", en: "No procedure matches." }
    ProceduresEmpty { vi: "Kho chưa có thủ tục nào.", en: "The store holds no procedure yet." }
    ProcedureRemove { vi: "Xóa thủ tục này", en: "Remove this procedure" }
    ProcedureRemoveSure { vi: "Chắc chắn xóa", en: "Yes, remove it" }
    ProceduresImport { vi: "Nhập thủ tục", en: "Import procedures" }
    ProceduresImportHint {
        vi: "Quyết định công bố hoặc trang thủ tục (DOCX, HTML), hoặc tệp JSON. Cùng mã (hoặc cùng tên) thì thay bản trước.",
        en: "Decisions that publish them or pages (DOCX, HTML), or JSON files. One of the same code (or name) takes the place of the earlier.",
    }
    ProceduresTaken {
        vi: "Đã nhập: {new} mới, {replaced} thay bản trước; {whole} đủ các bộ phận luật định. Kho có {held} thủ tục.",
        en: "Imported: {new} new, {replaced} in place of earlier ones; {whole} with all that the law asks for. The store holds {held}.",
    }
    ActProceduresTaken { vi: "nhập thủ tục", en: "imported procedures" }
    ActProcedureDropped { vi: "bỏ một thủ tục", en: "took a procedure away" }
    UnknownProcedure { vi: "không có thủ tục `{id}`", en: "there is no procedure `{id}`" }

    // Filters
    FilterByConfidence { vi: "Lọc theo độ tin cậy", en: "Filter by confidence" }
    FilterByAssignee { vi: "Lọc theo người phụ trách", en: "Filter by assignee" }
    AllConfidences { vi: "Mọi độ tin cậy ({count})", en: "Any confidence ({count})" }
    ConfidenceBand { vi: "{name} ({count})", en: "{name} ({count})" }
    BandVeryHigh { vi: "từ 95%", en: "95% and more" }
    BandHigh { vi: "80–95%", en: "80–95%" }
    BandModerate { vi: "60–80%", en: "60–80%" }
    BandLow { vi: "dưới 60%", en: "below 60%" }
    AllAssignees { vi: "Mọi người phụ trách", en: "Any assignee" }
    AssigneeNone { vi: "Chưa giao ({count})", en: "Not assigned ({count})" }

    // Charts
    BatchHeading { vi: "Tổng quan các dự thảo", en: "Drafts at a glance" }
    BatchOpen { vi: "Xem biểu đồ các dự thảo", en: "Chart of the drafts" }
    BatchPurpose { vi: "Số phát hiện của từng dự thảo theo mức độ, trong các lần rà soát gần đây.", en: "Findings of each draft by severity, of the recent reviews." }
    BatchNone { vi: "Chưa có lần rà soát nào đã xong.", en: "No review is finished yet." }
    BatchFailed { vi: "{count} lần rà soát không tải được kết quả.", en: "Reviews whose result could not be loaded: {count}." }
    ChartHeading { vi: "Biểu đồ", en: "Chart" }
    ChartTable { vi: "Cùng số liệu, dạng bảng", en: "The same as a table" }
    ColumnDraft { vi: "Dự thảo", en: "Draft" }
    ColumnTotal { vi: "Cộng", en: "Total" }
    SweepsHeading { vi: "Rà soát hệ thống", en: "Sweeps" }
    SweepsPurpose { vi: "Mỗi dòng là một lần chạy `rasoat sweep -o`, mới nhất trước.", en: "Each row is a run of `rasoat sweep -o`, the newest first." }
    SweepsNone { vi: "Chưa có lần rà soát hệ thống nào.", en: "There are no sweeps yet." }
    SweepsNoneHint {
        vi: "Chạy `rasoat sweep` với `-o` trỏ vào một thư mục con của thư mục đã cấu hình ở `[sweep] reports`.",
        en: "Run `rasoat sweep` with `-o` naming a folder below the one configured as `[sweep] reports`.",
    }
    SweepOf { vi: "Rà soát hệ thống {name}", en: "Sweep {name}" }
    SweepSaid { vi: "{selected} văn bản tại ngày {date}: {act} cần xử lý, {look} cần xem xét.", en: "{selected} documents as of {date}: {act} to act on, {look} to look at." }
    SweepReasons { vi: "Lý do", en: "Reasons" }
    SweepProposal { vi: "Kiến nghị", en: "Proposal" }
    ColumnRank { vi: "Thứ tự", en: "Rank" }
    UnknownSweep { vi: "không có lần rà soát hệ thống `{what}`", en: "there is no sweep `{what}`" }
        }
    };
}
