//! What the pages say beside the review's: accounts, decisions, the counter, the reading room, petitions. A part of the
//! one catalogue, in a file of its own; the macro puts it behind what it is handed.

macro_rules! with_pages {
    ($then:ident; $($before:tt)*) => {
        $then! {
            $($before)*

    // The ways through the application
    NavLabel { vi: "Các trang", en: "Pages" }
    NavReview { vi: "Rà soát", en: "Review" }
    NavAsk { vi: "Hỏi pháp luật", en: "Ask" }
    NavSearch { vi: "Tra cứu", en: "Look up" }
    NavPetition { vi: "Phản ánh", en: "Petition" }
    NavPetitions { vi: "Phản ánh", en: "Petitions" }
    NavAdministration { vi: "Quản trị", en: "Administration" }
    ToStart { vi: "Về trang đầu", en: "To the first page" }
    Copy { vi: "Chép", en: "Copy" }
    Copied { vi: "Đã chép.", en: "Copied." }
    CopyByHand { vi: "Đã chọn sẵn: nhấn Ctrl+C để chép.", en: "Selected: press Ctrl+C to copy." }
    ShownOnceHint { vi: "Chỉ hiện một lần này; hãy chép lại trước khi rời trang.", en: "Shown this once; copy it before you leave the page." }
    Leave { vi: "Thôi", en: "Cancel" }
    PageBefore { vi: "Trang trước", en: "Previous page" }
    PageAfter { vi: "Trang sau", en: "Next page" }

    // Drafts to review
    FilesChosen { vi: "Đã chọn {count} tệp ({size})", en: "{count} files chosen ({size})" }
    PasteInstead { vi: "Hoặc dán lời văn", en: "Or paste the text" }
    PasteLabel { vi: "Lời văn dự thảo", en: "Text of the draft" }
    PastedName { vi: "loi-van-da-dan.txt", en: "pasted-text.txt" }

    // Private mode
    PrivateMode { vi: "Chế độ riêng tư", en: "Private mode" }
    PrivateHint {
        vi: "Dự thảo không rời trình duyệt này: trình duyệt tải pháp luật và mô hình về một lần, rồi tự rà soát ngay tại đây. Máy chủ không nhận một chữ nào của dự thảo. Ở chế độ này không có trao đổi, giao việc và phiếu PDF; tệp .doc, .rtf, .odt và PDF quét cần máy chủ.",
        en: "The draft never leaves this browser: it loads the law and the models once and reviews by itself. The server gets not one word of the draft. This mode has no discussion, no assignment and no PDF form; .doc, .rtf, .odt and scanned PDFs need the server.",
    }
    PrivateKinds { vi: "Tệp .docx, .pdf có chữ, .html, .txt, .json hoặc .xml (Akoma Ntoso)", en: "A .docx, .html, .txt, .json or .xml (Akoma Ntoso) file, or a .pdf with text" }
    StartPrivate { vi: "Rà soát trong trình duyệt", en: "Review in this browser" }
    PrivateLoading { vi: "Đang tải pháp luật và mô hình: {done} / {total}", en: "Loading the law and the models: {done} of {total}" }
    PrivateQuarter { vi: "Đã tải {percent}%", en: "{percent}% loaded" }
    PrivateOpening { vi: "Đang chuẩn bị chế độ riêng tư…", en: "Preparing private mode…" }
    PrivateStop { vi: "Dừng tải", en: "Stop loading" }
    PrivateHere {
        vi: "Dự thảo này được rà soát trong trình duyệt của bạn và chỉ nằm ở đây; tải lại hoặc đóng trang là xóa nó. Quyết định về phát hiện cũng chỉ ở đây: hãy tải kết quả về trước khi rời trang.",
        en: "This draft is reviewed in your browser and is nowhere else; reloading or closing the page erases it. So are your decisions: download the result before you leave.",
    }
    PrivateLaw { vi: "Pháp luật nạp lúc {moment}, {count} văn bản.", en: "Law as loaded on {moment}, {count} documents." }
    PrivateLinks {
        vi: "Liên kết vào phòng đọc thì hỏi máy chủ: máy chủ biết điều luật được mở, không biết lời dự thảo.",
        en: "Links into the reading room do ask the server: it learns which provision is opened, not what the draft says.",
    }
    PrivateLinkAsk {
        vi: "Mở trang này thì máy chủ biết dự thảo dẫn tới điều luật nào (không biết lời dự thảo). Vẫn mở? Trang này chỉ hỏi một lần.",
        en: "Opening this tells the server which law the draft leads to (not what the draft says). Open it? This page asks only once.",
    }
    PrivateLinkNote { vi: "(hỏi máy chủ)", en: "(asks the server)" }
    PrivateReview { vi: "Rà soát riêng tư", en: "Private review" }
    PrivateErase { vi: "Xóa dự thảo này", en: "Erase this draft" }
    PrivateEraseAll { vi: "Xóa mọi dự thảo riêng tư", en: "Erase every private draft" }
    PrivateEraseAsk {
        vi: "Xóa khỏi trình duyệt dự thảo, phát hiện và quyết định chỉ có ở đây? Không lấy lại được.",
        en: "Erase from this browser what is only here: draft, findings, decisions? It cannot be undone.",
    }
    PrivateLogOut {
        vi: "Đăng xuất sẽ xóa các dự thảo riêng tư đang có trong trang này, với phát hiện và quyết định. Vẫn đăng xuất?",
        en: "Logging out erases the private drafts in this page, with findings and decisions. Log out?",
    }
    PrivateProve { vi: "Tự kiểm chứng", en: "See for yourself" }
    PrivateDoorClosed {
        vi: "Phần chương trình giữ dự thảo (số tiến trình: {workers}) vừa thử bốn cách ra ngoài (gửi yêu cầu, mở kết nối, nạp thêm mã, tạo tiến trình khác) và bị chính trình duyệt chặn cả bốn (quy tắc {policy}).",
        en: "The part of the program that holds the draft (workers: {workers}) has just tried four ways out (a request, a connection, more code, another worker) and the browser refused all four (rules {policy}).",
    }
    PrivateDoorOpen {
        vi: "Trình duyệt này KHÔNG chặn mọi đường ra của phần chương trình giữ dự thảo (số tiến trình: {workers}; quy tắc {policy}): đừng dùng chế độ riêng tư trên trình duyệt này cho dự thảo mật.",
        en: "This browser did NOT refuse the part of the program that holds the draft every way out (workers: {workers}; rules {policy}): do not use private mode here for a confidential draft.",
    }
    PrivateNoRequests {
        vi: "Từ khi nhận dự thảo, trang này chưa gửi yêu cầu nào, theo danh sách của trình duyệt.",
        en: "Since it was handed the draft this page has sent no request, by the browser's own list.",
    }
    PrivateRequests {
        vi: "Từ khi nhận dự thảo, trang này đã gửi {count} yêu cầu, theo danh sách của trình duyệt; hãy xem địa chỉ của chúng:",
        en: "Since it was handed the draft this page has sent {count} requests, by the browser's own list; see their addresses:",
    }
    PrivateBusy { vi: "một lượt rà soát riêng tư đang chạy", en: "a private review is under way" }
    PrivateBusyHint { vi: "đợi nó xong rồi thử lại", en: "wait until it is done and try again" }
    PrivateFailed { vi: "chế độ riêng tư gặp lỗi: {why}", en: "private mode failed: {why}" }
    PrivateFailedHint { vi: "tải lại trang rồi thử lại; nếu lặp lại, báo người quản trị", en: "reload the page and try again; if it happens again, tell the administrator" }
    PrivateEnded {
        vi: "chế độ riêng tư dừng bất ngờ, có thể vì thiếu bộ nhớ ({why})",
        en: "private mode ended unexpectedly; possibly there is not enough memory ({why})",
    }
    PrivateEndedHint { vi: "đóng bớt thẻ rồi thử lại; lượt rà soát khác vẫn còn", en: "close other tabs and try again; other reviews are still here" }
    PrivateStopped { vi: "đã dừng tải pháp luật và mô hình", en: "loading the law and the models was stopped" }
    PrivateStoppedHint { vi: "phần đã tải được giữ lại; bấm rà soát lại để tải tiếp", en: "what was loaded is kept; start the review again to load the rest" }
    PrivateDamaged { vi: "pháp luật tải về bị hỏng trên đường", en: "the law arrived damaged" }
    PrivateDamagedHint { vi: "thử lại; nếu lặp lại, báo người quản trị", en: "try again; if it happens again, tell the administrator" }
    PrivateSchema { vi: "máy chủ đã sang phiên bản khác với trang này", en: "the server is of another version than this page" }
    PrivateSchemaHint { vi: "tải kết quả đang có về, rồi tải lại trang", en: "download the results you have, then reload the page" }
    PrivateInsecure { vi: "chế độ riêng tư cần kết nối an toàn", en: "private mode needs a secure connection" }
    PrivateInsecureHint {
        vi: "trang này mở bằng http từ máy khác, nên ai ở giữa cũng có thể đổi chính chương trình giữ dự thảo; hãy mở bằng https",
        en: "this page came over http from another machine, so whoever is between could change the very program that holds the draft; open it by https",
    }
    PrivateGone { vi: "lượt rà soát riêng tư này không còn trong trình duyệt", en: "this private review is no longer in the browser" }
    PrivateGoneHint {
        vi: "nó ở một thẻ khác, hoặc đã bị xóa: tải lại hay đóng trang là xóa; hãy rà soát lại tệp",
        en: "it is open in another tab, or was erased: reloading or closing the page erases it; review the file again",
    }
    PrivateFormat { vi: "chế độ riêng tư không làm được tệp loại này", en: "private mode cannot make files of this kind" }
    PrivateFormatHint { vi: "phiếu rà soát PDF: in phiếu Word ra PDF", en: "for a PDF, print the Word form" }

    // Logging in
    LogIn { vi: "Đăng nhập", en: "Log in" }
    LogOut { vi: "Đăng xuất", en: "Log out" }
    LoginName { vi: "Tên đăng nhập", en: "Login name" }
    Password { vi: "Mật khẩu", en: "Password" }
    LoginToGoOn { vi: "Trang này cần đăng nhập; xong sẽ trở lại đúng chỗ.", en: "That page needs an account; you come back to it afterwards." }
    LoginNotNeeded { vi: "Đọc và hỏi pháp luật không cần tài khoản:", en: "Reading and asking need no account:" }
    LoginEmpty { vi: "Chưa nhập đủ tên đăng nhập và mật khẩu.", en: "Login name or password is empty." }
    LoginEmptyHint { vi: "Hãy nhập cả hai.", en: "Enter both." }
    ServiceVacant {
        vi: "Dịch vụ chưa có quản trị viên: liên kết để tạo nằm trong nhật ký của máy chủ, dòng in ra khi khởi động.",
        en: "The service has no administrator yet: the link that makes one stands in the server's log, printed when it started.",
    }
    InvitationHeading { vi: "Nhận lời mời", en: "Take up an invitation" }
    InvitationPurpose { vi: "Chọn tên đăng nhập và mật khẩu để tạo tài khoản.", en: "Choose a login name and a password to make your account." }
    InvitationEmpty { vi: "Chưa nhập đủ họ tên, tên đăng nhập và mật khẩu.", en: "Name, login name or password is empty." }
    InvitationEmptyHint { vi: "Hãy nhập cả ba.", en: "Enter all three." }
    PersonName { vi: "Họ và tên", en: "Name" }
    LoginNameRule { vi: "Từ 3 đến 100 chữ cái không dấu, chữ số và . - _ @", en: "3 to 100 plain letters, digits and . - _ @" }
    PasswordRule { vi: "Từ 12 ký tự, ít nhất 5 ký tự khác nhau; một câu dễ nhớ là đủ.", en: "At least 12 characters, 5 of them different; a sentence you remember will do." }
    MakeAccount { vi: "Tạo tài khoản", en: "Make the account" }

    // One's own account
    AccountHeading { vi: "Tài khoản của tôi", en: "My account" }
    PasswordHeading { vi: "Đổi mật khẩu", en: "Change the password" }
    PasswordCurrent { vi: "Mật khẩu hiện nay", en: "Present password" }
    PasswordNew { vi: "Mật khẩu mới", en: "New password" }
    PasswordChange { vi: "Đổi mật khẩu", en: "Change the password" }
    PasswordChanged { vi: "Đã đổi mật khẩu; các phiên khác đã đóng.", en: "The password is changed; other sessions are closed." }
    PasswordEmpty { vi: "Chưa nhập đủ mật khẩu hiện nay và mật khẩu mới.", en: "The present or the new password is empty." }
    PasswordEmptyHint { vi: "Hãy nhập cả hai.", en: "Enter both." }
    TokensHeading { vi: "Mã truy cập cho chương trình", en: "Tokens for programs" }
    TokensPurpose {
        vi: "Chương trình gửi mã này thay cho đăng nhập (Authorization: Bearer …) và chỉ làm được những việc đã chọn.",
        en: "A program sends the token instead of logging in (Authorization: Bearer …) and can do only what is chosen.",
    }
    TokensNone { vi: "Chưa có mã truy cập nào.", en: "There are no tokens yet." }
    TokenName { vi: "Tên mã", en: "Name of the token" }
    TokenNameHint { vi: "Dùng vào việc gì, ví dụ “đồng bộ hồ sơ”.", en: "What it is for, such as “file synchronisation”." }
    TokenScopes { vi: "Được làm", en: "May do" }
    TokenDays { vi: "Hết hạn sau số ngày", en: "Lapses after so many days" }
    TokenDaysHint { vi: "Để trống nếu không hết hạn.", en: "Leave it empty for one that does not lapse." }
    TokenDaysWrong { vi: "Số ngày phải là số nguyên dương.", en: "The days must be a positive whole number." }
    TokenMake { vi: "Tạo mã", en: "Make a token" }
    TokenEmpty { vi: "Chưa đặt tên mã hoặc chưa chọn việc nào.", en: "The token has no name, or nothing is chosen." }
    TokenEmptyHint { vi: "Hãy đặt tên và chọn ít nhất một việc.", en: "Name it and choose at least one thing." }
    TokenSecret { vi: "Mã vừa tạo", en: "The token just made" }
    TokenUntil { vi: "hết hạn {time}", en: "lapses {time}" }
    TokenForever { vi: "không hết hạn", en: "does not lapse" }
    TokenDrop { vi: "Thu hồi", en: "Take back" }
    TokenDropLabel { vi: "Thu hồi mã {name}", en: "Take back the token {name}" }
    TokenDropped { vi: "Đã thu hồi mã.", en: "The token is taken back." }
    ScopeReview { vi: "rà soát dự thảo", en: "review drafts" }
    ScopeEvaluate { vi: "đo đánh giá", en: "run measurements" }
    ScopeAdminister { vi: "quản trị", en: "administer" }

    // Administration
    AdministrationHeading { vi: "Quản trị", en: "Administration" }
    AccountsHeading { vi: "Tài khoản", en: "Accounts" }
    ColumnPerson { vi: "Người dùng", en: "Person" }
    ColumnRole { vi: "Vai trò", en: "Role" }
    ColumnOrganisation { vi: "Cơ quan", en: "Organisation" }
    RoleOf { vi: "Vai trò của {name}", en: "Role of {name}" }
    OrganisationOf { vi: "Cơ quan của {name}", en: "Organisation of {name}" }
    RoleCitizen { vi: "Người dân", en: "Citizen" }
    RoleReviewer { vi: "Người rà soát", en: "Reviewer" }
    RoleEvaluator { vi: "Người đánh giá", en: "Evaluator" }
    RoleAdministrator { vi: "Quản trị viên", en: "Administrator" }
    AccountActive { vi: "Đang dùng", en: "Active" }
    AccountClosed { vi: "Đã khóa", en: "Closed" }
    AccountClose { vi: "Khóa", en: "Close" }
    AccountOpen { vi: "Mở lại", en: "Open again" }
    AccountCloseLabel { vi: "Khóa tài khoản của {name}", en: "Close the account of {name}" }
    AccountOpenLabel { vi: "Mở lại tài khoản của {name}", en: "Open again the account of {name}" }
    AccountChanged { vi: "Đã đổi; các phiên của tài khoản này đã đóng.", en: "Changed; the sessions of that account are closed." }
    InviteHeading { vi: "Mời người dùng", en: "Invite somebody" }
    InvitePurpose {
        vi: "Người được mời mở liên kết, tự đặt tên đăng nhập và mật khẩu. Liên kết dùng được một lần.",
        en: "Whoever is invited opens the link and chooses a login name and a password. The link works once.",
    }
    Invite { vi: "Tạo lời mời", en: "Make an invitation" }
    InvitationLink { vi: "Liên kết mời", en: "Link of the invitation" }
    InvitationUntil { vi: "Dùng được đến {time}.", en: "It can be used until {time}." }
    OrganisationsHeading { vi: "Cơ quan", en: "Organisations" }
    OrganisationName { vi: "Tên cơ quan", en: "Name of the organisation" }
    OrganisationMake { vi: "Thêm cơ quan", en: "Add an organisation" }
    OrganisationRename { vi: "Đổi tên", en: "Rename" }
    OrganisationRenameLabel { vi: "Đổi tên {name}", en: "Rename {name}" }
    OrganisationKept { vi: "Đã ghi.", en: "Kept." }
    OrganisationEmpty { vi: "Tên cơ quan còn trống.", en: "The name is empty." }
    OrganisationEmptyHint { vi: "Hãy nhập tên cơ quan.", en: "Enter the organisation's name." }
    RecordHeading { vi: "Nhật ký", en: "The record" }
    RecordPurpose {
        vi: "Ai đã làm gì, vào lúc nào; mỗi mục nối với mục trước bằng mã kiểm, không sửa hay xóa được.",
        en: "Who did what, and when; each entry is bound to the one before by a checksum and cannot be changed or removed.",
    }
    RecordEmpty { vi: "Không còn mục nào.", en: "There are no further entries." }
    RecordNobody { vi: "không có tài khoản", en: "no account" }
    ColumnWhen { vi: "Lúc", en: "When" }
    ColumnBy { vi: "Người làm", en: "By" }
    ColumnAct { vi: "Việc", en: "What" }
    ColumnObject { vi: "Đối với", en: "To" }
    ActSessionBegun { vi: "Đăng nhập", en: "Logged in" }
    ActSessionRefused { vi: "Đăng nhập bị từ chối", en: "Login refused" }
    ActSessionEnded { vi: "Đăng xuất", en: "Logged out" }
    ActInvitationMade { vi: "Tạo lời mời", en: "Invitation made" }
    ActAccountMade { vi: "Tạo tài khoản", en: "Account made" }
    ActAccountChanged { vi: "Đổi tài khoản", en: "Account changed" }
    ActAccountPassword { vi: "Đổi mật khẩu", en: "Password changed" }
    ActTokenMade { vi: "Tạo mã truy cập", en: "Token made" }
    ActTokenDropped { vi: "Thu hồi mã truy cập", en: "Token taken back" }
    ActOrganisationMade { vi: "Thêm cơ quan", en: "Organisation added" }
    ActOrganisationRenamed { vi: "Đổi tên cơ quan", en: "Organisation renamed" }
    ActCommentAdded { vi: "Bình luận phát hiện", en: "Comment on a finding" }
    ActCommentDropped { vi: "Rút bình luận", en: "Comment taken back" }
    ActAssigneeSet { vi: "Giao phát hiện", en: "Finding assigned" }
    ActAssigneeDropped { vi: "Thôi giao phát hiện", en: "Assignment taken back" }
    ActAmendmentConfirmed { vi: "Xác nhận sửa đổi", en: "Amendment confirmed" }
    ActAmendmentDismissed { vi: "Bỏ qua sửa đổi", en: "Amendment dismissed" }
    ActAmendmentReopened { vi: "Mở lại sửa đổi", en: "Amendment opened again" }
    ActEvaluationBegun { vi: "Bắt đầu đánh giá", en: "Evaluation begun" }
    ActEvaluationCancelled { vi: "Dừng đánh giá", en: "Evaluation stopped" }
    ActReviewBegun { vi: "Bắt đầu rà soát", en: "Review begun" }

    // Deciding findings
    StandingOpen { vi: "Chưa quyết định", en: "Undecided" }
    StandingAccepted { vi: "Đã chấp nhận", en: "Accepted" }
    StandingRejected { vi: "Đã bác", en: "Rejected" }
    StandingEdited { vi: "Đã sửa", en: "Edited" }
    FilterByStanding { vi: "Lọc theo quyết định", en: "Filter by decision" }
    AllStandings { vi: "Mọi quyết định", en: "All decisions" }
    DecisionLabel { vi: "Quyết định", en: "Decision" }
    Accept { vi: "Chấp nhận", en: "Accept" }
    Reject { vi: "Bác", en: "Reject" }
    Edit { vi: "Sửa", en: "Edit" }
    Note { vi: "Ghi chú", en: "Note" }
    OwnWords { vi: "Viết lại thành", en: "Write instead" }
    NoteLabel { vi: "Ghi chú của người rà soát", en: "The reviewer's note" }
    KeepWords { vi: "Ghi lời sửa", en: "Keep these words" }
    KeepNote { vi: "Lưu ghi chú", en: "Keep the note" }
    AcceptWithNote { vi: "Chấp nhận kèm ghi chú", en: "Accept with the note" }
    RejectWithNote { vi: "Bác kèm ghi chú", en: "Reject with the note" }
    WritingKeys { vi: "Ctrl+Enter: ghi; Esc: thôi.", en: "Ctrl+Enter keeps it, Esc leaves it." }
    DecidedCount { vi: "Đã quyết định {done} trên {total}", en: "Decided: {done} of {total}" }
    Undo { vi: "Hoàn tác", en: "Undo" }
    Undone { vi: "Đã hoàn tác.", en: "Undone." }
    Close { vi: "Đóng", en: "Close" }
    KeysHeading { vi: "Phím tắt", en: "Keys" }
    KeyNext { vi: "phát hiện sau", en: "next finding" }
    KeyPrevious { vi: "phát hiện trước", en: "previous finding" }
    KeyAccept { vi: "chấp nhận", en: "accept" }
    KeyReject { vi: "bác", en: "reject" }
    KeyEdit { vi: "sửa bằng lời của mình", en: "edit in your own words" }
    KeyNote { vi: "ghi chú", en: "write a note" }
    KeyUndo { vi: "hoàn tác quyết định cuối", en: "take the last decision back" }
    KeyHelp { vi: "xem các phím này", en: "show these keys" }

    // The citizen's counter
    AskHeading { vi: "Hỏi pháp luật", en: "Ask about the law" }
    AskPurpose {
        vi: "Đặt một câu hỏi bằng lời thường. Câu trả lời lấy nguyên từ quy định đang có hiệu lực, mỗi câu kèm điều luật.",
        en: "Ask in plain words. The answer is taken from provisions in force, each sentence with its provision.",
    }
    QuestionLabel { vi: "Câu hỏi", en: "Question" }
    QuestionPlaceholder { vi: "Ví dụ: thời gian thử việc tối đa bao lâu?", en: "In Vietnamese, e.g. thời gian thử việc tối đa bao lâu?" }
    AskEmpty { vi: "Chưa có câu hỏi.", en: "There is no question." }
    AskEmptyHint { vi: "Hãy viết câu hỏi, hoặc chọn một ví dụ bên dưới.", en: "Write one, or choose an example below." }
    AskAsOf { vi: "Theo pháp luật ngày", en: "By the law of" }
    Ask { vi: "Hỏi", en: "Ask" }
    ExamplesHeading { vi: "Ví dụ", en: "Examples" }
    FieldLabour { vi: "Lao động", en: "Labour" }
    FieldCivil { vi: "Dân sự", en: "Civil matters" }
    FieldCriminal { vi: "Hình sự", en: "Criminal law" }
    FieldProcedure { vi: "Tố tụng", en: "Procedure in court" }
    AskLimits {
        vi: "Rasoat chỉ trả lời từ những văn bản có trong kho và không thay cho người tư vấn. Câu hỏi không được ghi lại.",
        en: "Rasoat answers only from the documents in its store and replaces no adviser. Questions are not kept.",
    }
    AnswerHeading { vi: "Trả lời", en: "Answer" }
    AbstainedHeading { vi: "Chưa trả lời được", en: "No answer" }
    AnswerHolds { vi: "Đúng theo pháp luật ngày {date}", en: "Holds by the law of {date}" }
    AnswerUnderstood { vi: "Câu hỏi được hiểu là", en: "The question was understood as" }
    AnswerFeedback { vi: "Quy định này có chỗ chưa hợp lý?", en: "Is something wrong with this provision?" }
    ReportProvision { vi: "Phản ánh quy định này", en: "Report this provision" }
    OpenInReadingRoom { vi: "Mở trong văn bản", en: "Open in the document" }
    AsksBack { vi: "Cần biết thêm", en: "To be settled" }
    WhereToAsk { vi: "Nơi có thể hỏi", en: "Where to ask" }
    AbstentionScope { vi: "Câu hỏi nằm ngoài việc tra cứu pháp luật.", en: "The question is not one of law." }
    AbstentionCorpus { vi: "Kho văn bản không có quy định về việc này.", en: "The store holds no provision on this." }
    AbstentionForce { vi: "Không có quy định nào về việc này còn hiệu lực tại ngày đã chọn.", en: "No provision on this is in force on that date." }
    AbstentionAmbiguous { vi: "Câu hỏi có thể hiểu theo nhiều cách.", en: "The question can be read in several ways." }
    AbstentionDangerous { vi: "Việc này cần người có chuyên môn xem hồ sơ cụ thể.", en: "This needs somebody competent who sees the particulars." }
    ProcedureHeading { vi: "Thủ tục hành chính", en: "Administrative procedure" }
    CardLacks { vi: "Bản này còn thiếu: {parts}.", en: "This card lacks: {parts}." }

    // The reading room
    LawAsOf { vi: "Xem tại ngày", en: "As of" }
    IssuedOn { vi: "ban hành ngày {date}", en: "issued {date}" }
    EffectiveFrom { vi: "hiệu lực từ {date}", en: "in effect from {date}" }
    ContentsHeading { vi: "Mục lục", en: "Contents" }
    PermalinkLabel { vi: "Liên kết đến {provision}", en: "Link to {provision}" }
    ProvisionState { vi: "Hiệu lực và lịch sử", en: "Effect and history" }
    WholeDocument { vi: "Toàn văn bản", en: "The whole document" }
    HistoryHeading { vi: "Lịch sử", en: "History" }
    HistoryNone { vi: "Không có sự kiện nào được ghi nhận.", en: "No event is on record." }
    InForceFrom { vi: "từ {date}", en: "from {date}" }
    InForceTo { vi: "đến trước {date}", en: "until {date}" }
    DateUnknown { vi: "chưa rõ ngày", en: "date unknown" }
    AndMore { vi: "và {count} chỗ khác", en: "and {count} more" }
    CopyLink { vi: "Chép liên kết", en: "Copy the link" }
    DocumentAbsent {
        vi: "Kho không giữ toàn văn này; bên cạnh là những gì danh mục biết về hiệu lực của nó.",
        en: "The store does not hold this text; beside it stands what the register knows of its effect.",
    }
    EventAmends { vi: "Sửa đổi, bổ sung bởi", en: "Amended by" }
    EventReplaces { vi: "Thay thế bởi", en: "Replaced by" }
    EventRepeals { vi: "Bãi bỏ bởi", en: "Repealed by" }
    EventSuspends { vi: "Ngưng hiệu lực bởi", en: "Suspended by" }
    EventResumes { vi: "Tiếp tục hiệu lực theo", en: "Resumed by" }
    EventCorrects { vi: "Đính chính bởi", en: "Corrected by" }
    EventTakesEffect { vi: "Có hiệu lực", en: "Takes effect" }
    EventReported { vi: "theo một nguồn, chưa đối chiếu", en: "by one source, not checked against another" }
    EventDoubtful { vi: "các nguồn ghi khác nhau", en: "sources differ" }
    SearchHeading { vi: "Tra cứu điều luật", en: "Look up the law" }
    SearchLabel { vi: "Từ cần tìm, hoặc số hiệu văn bản", en: "Words, or a document's number" }
    SearchPlaceholder { vi: "thời gian thử việc, hoặc 45/2019/QH14", en: "thời gian thử việc, or 45/2019/QH14" }
    SearchDo { vi: "Tìm", en: "Search" }
    SearchAsOf { vi: "Còn hiệu lực tại ngày", en: "In force on" }
    SearchHint { vi: "Tìm theo nghĩa và theo chữ trong các điều còn hiệu lực.", en: "Searches provisions in force by meaning and by words." }
    SearchNothing { vi: "Không thấy điều luật nào còn hiệu lực khớp với các từ này.", en: "No provision in force matches these words." }
    SearchFound { vi: "{count} điều khoản, khớp nhất trước", en: "Provisions found: {count}, best first" }
    OpenDocument { vi: "Mở văn bản {document}", en: "Open the document {document}" }

    // Petitions
    ReportHeading { vi: "Phản ánh, kiến nghị về một quy định", en: "Report a provision" }
    ReasonLabel { vi: "Quy định này có vấn đề gì?", en: "What is wrong with it?" }
    ReasonHint { vi: "Mâu thuẫn, lỗi thời, không thi hành được… và vì sao.", en: "It contradicts another, is outdated, cannot be carried out… and why." }
    ReasonEmpty { vi: "Chưa nêu lý do.", en: "No reason is given." }
    ReasonEmptyHint { vi: "Hãy viết quy định này có vấn đề gì.", en: "Say what is wrong with the provision." }
    ContactLabel { vi: "Liên hệ (không bắt buộc)", en: "Contact (optional)" }
    ContactOf { vi: "Liên hệ", en: "Contact" }
    ContactHint { vi: "Thư điện tử hoặc điện thoại, nếu muốn được hỏi lại.", en: "Electronic mail or telephone, if you may be asked back." }
    ReportPrivacy { vi: "Chỉ người rà soát thấy nội dung và liên hệ; không cần tài khoản.", en: "Only reviewers see what you write and the contact; no account is needed." }
    ReportSend { vi: "Gửi phản ánh", en: "Send" }
    ReportSent { vi: "Đã nhận phản ánh", en: "Received" }
    PetitionNumber { vi: "Số phản ánh", en: "Number" }
    PetitionSecret { vi: "Mã theo dõi", en: "Secret to follow it by" }
    PetitionFollow { vi: "Theo dõi phản ánh này", en: "Follow this petition" }
    PetitionHeading { vi: "Phản ánh, kiến nghị", en: "Petition" }
    PetitionsHeading { vi: "Phản ánh, kiến nghị đã nhận", en: "Petitions received" }
    PetitionsNone { vi: "Không có phản ánh nào.", en: "There are no petitions." }
    ColumnReceived { vi: "Nhận lúc", en: "Received" }
    AllStates { vi: "Mọi tình trạng", en: "All states" }
    AmendmentsHeading { vi: "Sửa đổi chờ xác nhận", en: "Amendments to confirm" }
    AmendmentsPurpose { vi: "Những sửa đổi máy không tự đưa vào văn bản được. Xác nhận nội dung sửa đổi để hiệu lực được tính đúng, hoặc bỏ qua nếu không ảnh hưởng gì ở đây.", en: "Amendments that the program could not apply by itself. Confirm what each one does, so that effect is told rightly, or dismiss it where it changes nothing here." }
    AmendmentHeading { vi: "Một sửa đổi chờ xác nhận", en: "An amendment to confirm" }
    AmendmentOpen { vi: "Chờ xác nhận", en: "Open" }
    AmendmentConfirmed { vi: "Đã xác nhận", en: "Confirmed" }
    AmendmentDismissed { vi: "Đã bỏ qua", en: "Dismissed" }
    AmendmentAct { vi: "Văn bản sửa đổi", en: "Amending document" }
    AmendmentTarget { vi: "Văn bản được sửa đổi", en: "Amended document" }
    AmendmentWhy { vi: "Lý do chờ", en: "Why it waits" }
    AmendmentOrders { vi: "Văn bản sửa đổi quy định", en: "What the amending document says" }
    AmendmentStands { vi: "Quy định hiện có trong kho", en: "The provision as it is stored" }
    AmendmentConfirm { vi: "Xác nhận nội dung sửa đổi", en: "Confirm what it does" }
    AmendmentProvisions { vi: "Các quy định được sửa đổi", en: "Provisions that are changed" }
    AmendmentProvisionsHint { vi: "Ví dụ: khoản 2 Điều 5; Điều 7. Để trống nếu là toàn bộ văn bản.", en: "For example: khoản 2 Điều 5; Điều 7. Leave empty for the whole document." }
    AmendmentProvisionsUnread { vi: "không đọc được quy định được nêu", en: "the provisions could not be read" }
    AmendmentOperation { vi: "Hình thức", en: "What is done" }
    AmendmentFrom { vi: "Có hiệu lực từ ngày", en: "In effect from" }
    AmendmentDoConfirm { vi: "Xác nhận", en: "Confirm" }
    AmendmentDismiss { vi: "Bỏ qua", en: "Dismiss" }
    AmendmentDismissWhy { vi: "Vì sao không ảnh hưởng gì", en: "Why it changes nothing here" }
    AmendmentReopen { vi: "Mở lại", en: "Open it again" }
    AmendmentSaid { vi: "{operation} {what} của {document} từ {date}", en: "{operation} {what} of {document} from {date}" }
    AmendmentAt { vi: "ghi nhận lúc {time}", en: "said at {time}" }
    AmendmentGone { vi: "Văn bản sửa đổi không còn trong kho với nội dung này; ý kiến đã ghi nhận vẫn có hiệu lực.", en: "The amending document is no longer stored with these words; what was said of it still holds." }
    AmendmentsNoneSo { vi: "Không có sửa đổi nào ở tình trạng này.", en: "There are none that stand so." }
    ShowMore { vi: "Xem thêm", en: "Show more" }
    FollowPurpose { vi: "Nhập số phản ánh và mã theo dõi đã nhận khi gửi.", en: "Enter the number and the secret that you were given." }
    FollowEmpty { vi: "Số phản ánh hoặc mã theo dõi chưa đúng dạng.", en: "The number or the secret is not of the right form." }
    FollowEmptyHint { vi: "Số có dạng PA-2026-000123; nhập cả số và mã.", en: "A number reads like PA-2026-000123; enter both." }
    Follow { vi: "Xem", en: "Show" }
    FollowNewHint { vi: "Muốn gửi phản ánh mới: mở quy định trong mục Tra cứu rồi chọn “Phản ánh quy định này”.", en: "To report a provision, open it through Look up and choose “Report this provision”." }
    ReceivedAt { vi: "nhận lúc {time}", en: "received {time}" }
    ChangedAt { vi: "cập nhật lúc {time}", en: "changed {time}" }
    OutcomeLabel { vi: "Trả lời", en: "Answer" }
    OutcomeNone { vi: "Chưa có trả lời.", en: "There is no answer yet." }
    OutcomeHint { vi: "Người gửi sẽ đọc lời này.", en: "The sender reads this." }
    ReasonHeading { vi: "Nội dung phản ánh", en: "What was sent" }
    GatheredHeading { vi: "Rasoat đã thu thập", en: "What Rasoat gathered" }
    GatheredNotYet { vi: "Đang thu thập; tải lại sau ít phút.", en: "Being gathered; come again in some minutes." }
    BearingHeading { vi: "Quy định liên quan", en: "Provisions that bear on it" }
    AnswerPetitionHeading { vi: "Xử lý", en: "Deal with it" }
    KeepPetition { vi: "Lưu", en: "Keep" }
    PetitionReceived { vi: "Đã nhận", en: "Received" }
    PetitionInReview { vi: "Đang xem xét", en: "In review" }
    PetitionAccepted { vi: "Đồng ý", en: "Accepted" }
    PetitionRejected { vi: "Không đồng ý", en: "Not accepted" }
    PetitionForwarded { vi: "Đã chuyển cơ quan có thẩm quyền", en: "Forwarded to the competent body" }
    LogInWith { vi: "Đăng nhập bằng {name}", en: "Log in with {name}" }
        }
    };
}
