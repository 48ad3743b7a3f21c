//! What the pages say that came after the first: evaluations, the map and the versions of a draft, the discussion of
//! findings, guides, and being without the server. A part of the one catalogue, in a file of its own.

macro_rules! with_desk {
    ($then:ident; $($before:tt)*) => {
        with_pages! { $then;
            $($before)*

    // Evaluations
    NavEvaluations { vi: "Đánh giá", en: "Evaluations" }
    EvaluationsHeading { vi: "Kết quả đánh giá", en: "Evaluations" }
    EvaluationsPurpose {
        vi: "Mỗi dòng là một lần chạy `rasoat eval -o`, mới nhất trước.",
        en: "Each row is a run of `rasoat eval -o`, the newest first.",
    }
    EvaluationsNone { vi: "Chưa có lần đánh giá nào.", en: "There are no evaluations yet." }
    EvaluationsNoneHint {
        vi: "Chạy `rasoat eval` với `-o` trỏ vào một thư mục con của thư mục đã cấu hình ở `[evaluation] reports`.",
        en: "Run `rasoat eval` with `-o` naming a folder below the one configured as `[evaluation] reports`.",
    }
    ColumnRun { vi: "Lần chạy", en: "Run" }
    ColumnVersion { vi: "Phiên bản", en: "Version" }
    ColumnSets { vi: "Tập dữ liệu", en: "Sets" }
    RunBefore { vi: "Lần trước (A)", en: "Earlier (A)" }
    RunAfter { vi: "Lần sau (B)", en: "Later (B)" }
    CompareRuns { vi: "So sánh", en: "Compare" }
    CompareHeading { vi: "So sánh hai lần đánh giá", en: "Two evaluations compared" }
    RunOf { vi: "Lần đánh giá {name}", en: "Evaluation {name}" }
    MeasuredOn { vi: "đo ngày {date}", en: "measured on {date}" }
    SeedIs { vi: "hạt giống {seed}", en: "seed {seed}" }
    CommitIs { vi: "mã nguồn {commit}", en: "commit {commit}" }
    DownloadReportPage { vi: "Tải báo cáo (HTML)", en: "Download the report (HTML)" }
    DownloadReportData { vi: "Tải số liệu (JSON)", en: "Download the figures (JSON)" }
    DownloadItems { vi: "Tải mọi trường hợp (JSON Lines)", en: "Download all cases (JSON Lines)" }
    FiguresNote {
        vi: "Số liệu kèm khoảng tin cậy 95 % (rút lại cả văn bản). Hàng in nghiêng là mốc so sánh. ↓: càng nhỏ càng tốt.",
        en: "Figures with their 95 % interval (whole documents drawn again). Rows in italics are baselines. ↓: smaller is better.",
    }
    ColumnSet { vi: "Tập", en: "Set" }
    ColumnSystem { vi: "Hệ thống", en: "System" }
    ColumnCases { vi: "Trường hợp", en: "Cases" }
    ColumnDocuments { vi: "Văn bản", en: "Documents" }
    ColumnFigure { vi: "Số liệu", en: "Figure" }
    ColumnValue { vi: "Giá trị [95 %]", en: "Value [95 %]" }
    TimesOnly { vi: "chỉ đo thời gian, xem báo cáo", en: "times only, see the report" }
    LimitsHeading { vi: "Giới hạn đã biết", en: "Known limits" }
    ProvenanceHeading { vi: "Dữ liệu và mô hình (SHA-256)", en: "Data and models (SHA-256)" }
    IntervalsHeading { vi: "Các hệ thống cạnh nhau", en: "The systems side by side" }
    AllFiguresHeading { vi: "Mọi số liệu", en: "All figures" }
    ReliabilityHeading { vi: "Độ tin cậy có đúng như nói: {system}", en: "Reliability: {system}" }
    ReliabilityNote {
        vi: "Điểm nằm trên đường chéo khi độ tin cậy bằng đúng tỷ lệ đúng; dưới đường chéo là quá tự tin.",
        en: "Dots lie on the diagonal where confidence is the share that is right; below it the system is too sure.",
    }
    ReliabilitySaid { vi: "Sai số hiệu chuẩn (ECE) {ece}, điểm Brier {brier}.", en: "Calibration error (ECE) {ece}, Brier score {brier}." }
    ColumnShareRight { vi: "Tỷ lệ đúng", en: "Share right" }
    ColumnCount { vi: "Số lượng", en: "Count" }
    RiskHeading { vi: "Rủi ro theo độ phủ", en: "Risk and coverage" }
    RiskNote {
        vi: "Giữ lại những điều chắc chắn nhất: độ phủ là phần được giữ, rủi ro là phần sai trong đó. Đường đi lên từ trái sang phải cho thấy độ tin cậy có ích.",
        en: "The surest is kept first: coverage is the share kept, risk the share of it that is wrong. A line that rises from left to right shows that confidence is worth something.",
    }
    ColumnCoverage { vi: "Độ phủ", en: "Coverage" }
    ColumnRisk { vi: "Rủi ro", en: "Risk" }
    PlotTable { vi: "Cùng số liệu, dạng bảng", en: "The same as a table" }
    ConfusionHeading { vi: "Nhầm lẫn: {system}", en: "Confusion: {system}" }
    ConfusionNote { vi: "Hàng: đáp án; cột: hệ thống nói.", en: "Rows: what it is; columns: what was said." }
    SlicesHeading { vi: "Theo nhóm: {system}", en: "Slices: {system}" }
    SliceSmall { vi: "ít trường hợp", en: "few cases" }
    GainsHeading { vi: "Hơn kém giữa các hệ thống", en: "What systems gain over one another" }
    GainOver { vi: "{system} so với {other}", en: "{system} over {other}" }
    ColumnBefore { vi: "A", en: "A" }
    ColumnAfter { vi: "B", en: "B" }
    ColumnDifference { vi: "Hiệu [95 %]", en: "Difference [95 %]" }
    ColumnP { vi: "p", en: "p" }
    ItemsHeading { vi: "Từng trường hợp", en: "Cases" }
    ItemsOf { vi: "Từng trường hợp của {system}", en: "Cases of {system}" }
    ItemsNotKept {
        vi: "Báo cáo này không giữ từng trường hợp; chạy lại `rasoat eval -o` để có.",
        en: "This report keeps no cases; run `rasoat eval -o` again to have them.",
    }
    ItemsCount { vi: "{imperfect} trên {total} trường hợp chưa trọn vẹn", en: "{imperfect} of {total} cases went less than perfectly" }
    ItemsImperfect { vi: "Chỉ trường hợp chưa trọn vẹn", en: "Only those less than perfect" }
    ItemsNone { vi: "Không có trường hợp nào như vậy.", en: "There is no such case." }
    ItemQuality { vi: "chất lượng {value}", en: "quality {value}" }
    ItemDetail { vi: "Xem đề bài và kết quả", en: "What was asked and what came" }
    ItemLink { vi: "Liên kết đến trường hợp này", en: "Link to this case" }
    UnpairedNote {
        vi: "Một trong hai lần không giữ từng trường hợp: chỉ đặt số liệu cạnh nhau, không kiểm định.",
        en: "One of the two kept no cases: figures stand side by side, without a test.",
    }
    PairedNote {
        vi: "{items} trường hợp chung: {better} tốt hơn, {worse} kém hơn, {otherwise} khác nhưng ngang nhau, {same} như cũ.",
        en: "{items} cases of both: {better} better, {worse} worse, {otherwise} different and neither, {same} the same.",
    }
    ChangedHeading { vi: "Trường hợp đổi nhiều nhất", en: "Cases that changed most" }
    ColumnCase { vi: "Trường hợp", en: "Case" }
    ColumnChange { vi: "Thay đổi", en: "Change" }
    OnlyInBefore { vi: "chỉ có ở A", en: "only in A" }
    OnlyInAfter { vi: "chỉ có ở B", en: "only in B" }

    // The draft at a glance
    OverviewHeading { vi: "Tổng quan", en: "At a glance" }
    OverviewNote { vi: "Số phát hiện theo kiểm tra và mức độ; chọn một hàng để lọc danh sách.", en: "Findings by check and severity; choose a row to filter the list." }
    MapHeading { vi: "Bản đồ dự thảo", en: "Map of the draft" }
    MapSummary { vi: "{count} văn bản được căn cứ, viện dẫn hoặc làm bằng chứng", en: "{count} documents: bases, citations and evidence" }
    MapNote {
        vi: "Dự thảo ở giữa; quanh nó là các văn bản, xếp theo quan hệ. Màu và dấu trong vòng tròn nói hiệu lực ngày {date}. Chọn một văn bản để mở phòng đọc.",
        en: "The draft is in the middle, the documents around it by how they relate. Colour and the sign in the circle say their effect on {date}. Choose one to open it in the reading room.",
    }
    MapNone { vi: "Dự thảo không viện dẫn văn bản nào đọc được số hiệu.", en: "The draft cites no document by a number that can be read." }
    MapTable { vi: "Cùng bản đồ, dạng bảng", en: "The same as a table" }
    MapBasis { vi: "Căn cứ", en: "Legal basis" }
    MapCited { vi: "Viện dẫn", en: "Cited" }
    MapEvidence { vi: "Bằng chứng", en: "Evidence" }
    MapChanged { vi: "Bị sửa đổi", en: "Changed by the draft" }
    MapMore { vi: "và {count} văn bản nữa, xem bảng", en: "and {count} more, see the table" }
    ColumnRelation { vi: "Quan hệ", en: "Relation" }
    ColumnDocument { vi: "Văn bản", en: "Document" }
    ColumnEffect { vi: "Hiệu lực", en: "Effect" }
    ColumnTimes { vi: "Lần", en: "Times" }
    TimelineHeading { vi: "Dòng thời gian", en: "Timeline" }
    TimelineNow { vi: "ngày đối chiếu {date}", en: "date of the review, {date}" }
    TimelineNone { vi: "Không biết sự kiện nào về hiệu lực.", en: "No event of its effect is known." }

    // The previous version
    PreviousHeading { vi: "So với bản trước", en: "Against the previous version" }
    PreviousChoose { vi: "Lần rà soát bản trước", en: "Review of the previous version" }
    PreviousNone { vi: "Chưa có lần rà soát nào khác đã xong.", en: "No other review is finished." }
    PreviousPurpose {
        vi: "Phát hiện được ghép theo kiểm tra, lời của dự thảo và bằng chứng, không theo vị trí.",
        en: "Findings are matched by check, the draft's words and the evidence, not by where they stand.",
    }
    PreviousOf { vi: "{name} so với {other}", en: "{name} against {other}" }
    PreviousSolved { vi: "Đã khắc phục", en: "Solved" }
    PreviousNew { vi: "Mới", en: "New" }
    PreviousStays { vi: "Còn lại", en: "Still there" }
    PreviousCounts { vi: "{solved} đã khắc phục · {new} mới · {stays} còn lại", en: "{solved} solved · {new} new · {stays} still there" }
    PreviousNothing { vi: "Không có phát hiện nào ở mục này.", en: "Nothing here." }
    PreviousReworded { vi: "lời đã đổi, trước đây: ", en: "reworded, before: " }
    PreviousSeverity { vi: "mức độ đã đổi", en: "another severity" }
    PreviousDates {
        vi: "Hai bản được đối chiếu ở hai ngày khác nhau ({before} và {after}): khác biệt có thể do pháp luật đổi.",
        en: "The two were held against the law of different days ({before} and {after}): differences may come from the law.",
    }
    PreviousOpenReview { vi: "Mở bàn rà soát", en: "Open the desk" }
    PreviousOpenOther { vi: "Mở bản trước", en: "Open the previous version" }

    // Discussing and assigning
    Discuss { vi: "Trao đổi", en: "Discuss" }
    DiscussCount { vi: "Trao đổi ({count})", en: "Discuss ({count})" }
    DiscussHeading { vi: "Trao đổi về phát hiện", en: "Discussion of the finding" }
    DiscussNone { vi: "Chưa ai bình luận.", en: "Nobody has commented yet." }
    CommentLabel { vi: "Bình luận của bạn", en: "Your comment" }
    CommentSend { vi: "Gửi", en: "Send" }
    CommentSent { vi: "Đã gửi bình luận.", en: "The comment is sent." }
    CommentDrop { vi: "Rút lại", en: "Take back" }
    CommentDropLabel { vi: "Rút lại bình luận lúc {time}", en: "Take back the comment of {time}" }
    CommentsCame { vi: "Từ khi mở, có thêm {count} bình luận; mới nhất là của {name}.", en: "Since this was opened, {count} more comments; the latest is by {name}." }
    CommentDropped { vi: "Đã rút bình luận.", en: "The comment is taken back." }
    CommentBy { vi: "người dùng máy này", en: "user of this machine" }
    AssigneeLabel { vi: "Giao cho", en: "Assigned to" }
    AssigneeNobody { vi: "chưa giao", en: "nobody" }
    AssigneeIs { vi: "giao cho {name}", en: "assigned to {name}" }
    AssigneeKept { vi: "Đã ghi người phụ trách.", en: "The assignee is kept." }
    KeyDiscuss { vi: "trao đổi về phát hiện", en: "discuss the finding" }

    // Guides
    GuidesHeading { vi: "Hướng dẫn", en: "Guides" }
    GuideReviewer { vi: "Hướng dẫn người rà soát", en: "Guide for reviewers" }
    GuideCitizen { vi: "Hướng dẫn người dân", en: "Guide for citizens" }
    GuideEvaluator { vi: "Hướng dẫn người đánh giá", en: "Guide for evaluators" }
    GuideLanguage { vi: "Tài liệu bằng tiếng Việt.", en: "The guides are in Vietnamese." }

    // Without the server
    Offline {
        vi: "Mất kết nối mạng: trang đang mở vẫn đọc được; việc cần máy chủ sẽ chờ đến khi có mạng lại.",
        en: "No network: what is open can still be read; what needs the server waits until it is back.",
    }
    OnlineAgain { vi: "Đã có mạng lại.", en: "The network is back." }
        }
    };
}
