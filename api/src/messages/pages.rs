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
    AccountOpenLabel { vi: "Mở lại tài khoản của {name}", en: "Open the account of {name} again" }
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
    ActReviewBegun { vi: "Bắt đầu rà soát", en: "Review begun" }
        }
    };
}
