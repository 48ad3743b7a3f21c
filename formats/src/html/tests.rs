//! Pages in the shape of each site's, written for these tests.

use crate::{
    Extracted, FormatError, Limits, Position, Problem, Relation, RelationKind, SourceMetadata, extract, normalise,
};
use scraper::Html;

fn read(page: &str) -> Extracted {
    extract("trang.html", page.as_bytes(), &Limits::default()).unwrap()
}

/// Each place names a text node that holds its words.
#[track_caller]
fn check_nodes(page: &str, extracted: &Extracted) {
    let page = Html::parse_document(page);
    let nodes: Vec<String> = page
        .tree
        .root()
        .descendants()
        .filter_map(|node| node.value().as_text())
        .map(|text| normalise(text).split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    assert!(!extracted.places.is_empty());
    for place in &extracted.places {
        let Position::Node { node } = place.at else { panic!("{place:?} is no node") };
        let words = extracted.text[place.start..place.end].split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(nodes[node].contains(&words), "{words:?} is not in {:?}", nodes[node]);
    }
}

const TEXT: &str = "<p style='text-align:center'><b>NGHỊ ĐỊNH</b></p><p>Quy định về\n việc thử</p>\
    <p><b>Điều 1. Phạm vi</b></p><p>1. Người&nbsp;nộp <i>đơn</i>.</p><p><b>Điều 2. Hiệu lực</b></p><p>Có hiệu lực ngay.</p>\
    <table><tr><td><p>Nơi nhận:<br>- Lưu: VT.</p></td><td><p>TM. CHÍNH PHỦ</p></td></tr></table>";

const LINES: &str = "NGHỊ ĐỊNH\nQuy định về việc thử\nĐiều 1. Phạm vi\n1. Người nộp đơn.\nĐiều 2. Hiệu lực\nCó hiệu lực ngay.\nNơi nhận:\n- Lưu: VT.\nTM. CHÍNH PHỦ";

fn attributes() -> SourceMetadata {
    SourceMetadata {
        so_hieu: Some("9/2026/NĐ-CP".into()),
        kind: Some("Nghị định".into()),
        issuer: Some("Chính phủ".into()),
        issued: Some("2026-03-05".into()),
        effective: Some("2026-05-01".into()),
        signer: Some("Nguyễn Văn A".into()),
        ..SourceMetadata::default()
    }
}

#[test]
fn a_page_of_vbpl_before_its_renewal_is_read() {
    let page = format!(
        "<html><body><div class='header'><ul><li><a href='/'>Trang chủ</a></li></ul></div>\
        <div class='box-map'><a>CSDL</a><a>Nghị định 9/2026/NĐ-CP</a></div>\
        <div class='vbInfo'><ul><li class='red'><span>Hiệu lực:</span> Còn hiệu lực</li><li><span>Ngày hết hiệu lực:</span> 01/01/2030</li></ul></div>\
        <div class='fulltext'><div id='toanvancontent'>{TEXT}<script>var a = 'b';</script><p style='display: none'>ẩn</p></div></div>\
        <div class='vbProperties'><table><tr><td colspan='4'>Nghị định 9/2026/NĐ-CP</td></tr>\
        <tr><td class='label'>Số ký hiệu</td><td>9/2026/NĐ-CP</td><td class='label'>Ngày ban hành</td><td>05/03/2026</td></tr>\
        <tr><td class='label'>Loại văn bản</td><td>Nghị định</td><td class='label'>Ngày có hiệu lực</td><td>01/05/2026</td></tr>\
        <tr><td class='label'>Ngày đăng công báo</td><td>...</td></tr>\
        <tr><td class='label'>Cơ quan ban hành/ Chức danh / Người ký</td><td>Chính phủ</td><td>Thủ tướng</td><td>Nguyễn Văn A</td></tr></table></div>\
        <div class='vbLuocDo'><div class='luocdo1'><div class='title'><a href='#'>Văn bản căn cứ [1]</a></div><div class='content'><ul><li><a class='jTips' href='/x'>Luật số 5/2025/QH15 Thử nghiệm</a></li></ul></div></div>\
        <div class='luocdo2'><div class='titleht'><a href='#'>Văn bản hiện thời</a></div><div class='content'><a class='jTips' href='#'>Nghị định 9/2026/NĐ-CP</a></div></div>\
        <div class='luocdo3'><div class='title'><a href='#'>Văn bản bị thay thế [1]</a></div><div class='content'><a class='jTips' href='/y'>Nghị định 3/2020/NĐ-CP Về việc thử</a></div></div></div>\
        <div class='footer'>Bản quyền</div></body></html>"
    );
    let extracted = read(&page);
    assert_eq!(extracted.text, LINES);
    check_nodes(&page, &extracted);
    assert_eq!(extracted.problems, [Problem::HiddenText { count: 1 }]);
    let relations = vec![
        Relation {
            kind: RelationKind::Basis,
            label: "Văn bản căn cứ".into(),
            document: Some("5/2025/QH15".into()),
            title: "Luật số 5/2025/QH15 Thử nghiệm".into(),
        },
        Relation {
            kind: RelationKind::Replaced,
            label: "Văn bản bị thay thế".into(),
            document: Some("3/2020/NĐ-CP".into()),
            title: "Nghị định 3/2020/NĐ-CP Về việc thử".into(),
        },
    ];
    let expected = SourceMetadata {
        status: Some("Còn hiệu lực".into()),
        expires: Some("2030-01-01".into()),
        relations,
        ..attributes()
    };
    assert_eq!(extracted.metadata, expected);
}

#[test]
fn a_page_of_vbpl_since_its_renewal_is_read() {
    let item = |label: &str, value: &str| {
        format!(
            "<div class='ant-descriptions-item'><span class='ant-descriptions-item-label'>{label}</span><span class='ant-descriptions-item-content'><span>{value}</span></span></div>"
        )
    };
    let page = format!(
        "<!doctype html><html><body><div id='root'><header class='app-header'><nav><a>Trang chủ</a></nav></header><div class='layout'>\
        <div class='info'>{}{}{}{}{}{}{}</div>\
        <div class='ant-tabs'><div class='ant-tabs-nav'>Nội dung Thuộc tính Lược đồ</div><div class='ant-tabs-content-holder'><div class='ant-tabs-content'>\
        <div class='ant-tabs-tabpane ant-tabs-tabpane-active'><div class='toolbar'>In trang</div><div class='text'><div>{TEXT}</div></div></div>\
        <div class='ant-tabs-tabpane' style='display:none'>khác</div></div></div></div></div></div></body></html>",
        item("Số hiệu", "9/2026/NĐ-CP"),
        item("Loại văn bản", "Nghị định"),
        item("Cơ quan ban hành", "Chính phủ"),
        item("Ngày ban hành", "05/03/2026"),
        item("Ngày có hiệu lực", "01/05/2026"),
        item("Người ký", "Nguyễn Văn A"),
        item("Trạng thái", "Còn hiệu lực"),
    );
    let extracted = read(&page);
    assert_eq!(extracted.text, LINES);
    check_nodes(&page, &extracted);
    assert_eq!(extracted.metadata, SourceMetadata { status: Some("Còn hiệu lực".into()), ..attributes() });
}

#[test]
fn a_page_of_thuvienphapluat_is_read() {
    let page = format!(
        "<html><head><title>Nghị định 9/2026/NĐ-CP</title></head><body><div id='header'>Đăng nhập | Đăng ký</div>\
        <div class='left-col'><div id='divContentDoc' class='cldivContentDocVn'><div class='content1'><div><div>{TEXT}</div></div></div></div>\
        <div>Lưu trữ Ghi chú Ý kiến Facebook Email In</div></div>\
        <div id='divThuocTinh'><table><tr><td><b>Số hiệu:</b></td><td>9/2026/NĐ-CP</td><td></td><td><b>Loại văn bản:</b></td><td>Nghị định</td></tr>\
        <tr><td><b>Nơi ban hành:</b></td><td>Chính phủ</td><td></td><td><b>Người ký:</b></td><td>Nguyễn Văn A</td></tr>\
        <tr><td><b>Ngày ban hành:</b></td><td>05/03/2026</td><td></td><td><b>Ngày hiệu lực:</b></td><td>01/05/2026</td></tr>\
        <tr><td><b>Ngày công báo:</b></td><td>Đang cập nhật</td><td></td><td><b>Tình trạng:</b></td><td>Đã biết</td></tr></table></div>\
        <div id='cmDiagramPrint'><div class='ct'><div class='hd'>Văn bản được hướng dẫn - [1]</div><div><a href='/z'>Luật Thử nghiệm 2025</a></div></div>\
        <div class='ct'><div class='hd'>Văn bản liên quan cùng nội dung - [0]</div></div></div>\
        <div class='related'><h3>Bài viết liên quan</h3><a>Điều 3 nên đọc</a></div></body></html>"
    );
    let extracted = read(&page);
    assert_eq!(extracted.text, LINES);
    check_nodes(&page, &extracted);
    let mut metadata = extracted.metadata;
    let relations = std::mem::take(&mut metadata.relations);
    assert_eq!(metadata, attributes());
    assert_eq!(relations.len(), 1);
    assert_eq!(relations[0].kind, RelationKind::Detailed);
    assert_eq!(relations[0].title, "Luật Thử nghiệm 2025");
}

#[test]
fn a_page_of_luatvietnam_is_read_without_its_editors_notes() {
    let page = format!(
        "<html><body><div class='breadcrumb'>Trang chủ › Văn bản</div><h1 class='the-document-title'>Nghị định 9/2026/NĐ-CP về việc thử</h1>\
        <div class='the-document-body noidungtracuu'><div class='docitem-1'>{TEXT}</div>\
        <span class='tooltip-button'><span class='bg-theo-doi'>Đang theo dõi</span></span>\
        <div class='docitem-binhluan'>Điều này được bình luận</div></div>\
        <table class='table'><tr><td>Cơ quan ban hành:</td><td>Chính phủ</td><td>Số công báo:</td><td>Đang cập nhật</td></tr>\
        <tr><td>Số hiệu:</td><td>9/2026/NĐ-CP</td><td>Người ký:</td><td>Nguyễn Văn A</td></tr>\
        <tr><td>Loại văn bản:</td><td>Nghị định</td><td>Ngày ban hành:</td><td>05/03/2026</td></tr>\
        <tr><td>Áp dụng:</td><td>01/05/2026</td><td>Tình trạng hiệu lực:</td><td>Đã đăng nhập mới xem; Đăng nhập</td></tr></table></body></html>"
    );
    let extracted = read(&page);
    assert_eq!(extracted.text, LINES);
    check_nodes(&page, &extracted);
    let title = Some("Nghị định 9/2026/NĐ-CP về việc thử".into());
    assert_eq!(extracted.metadata, SourceMetadata { title, ..attributes() });
}

#[test]
fn a_page_of_a_government_portal_is_read_by_what_its_articles_share() {
    let page = format!(
        "<html><body><nav>Menu</nav><div class='wrap'><div class='menu-left'><a>Điều hành</a></div><div class='col'>\
        <ul class='attrs'><li><b>Số ký hiệu:</b> 9/2026/NĐ-CP</li><li>Ngày ban hành: 05-03-2026</li><li><span>Ngày hiệu lực</span><span>01-05-2026</span></li>\
        <li><label>Loại văn bản</label><div>Nghị định</div></li><li>Cơ quan ban hành: Chính phủ</li><li>Người ký: Nguyễn Văn A</li></ul>\
        <div class='detail'>{TEXT}</div></div></div><footer>© Cổng thông tin</footer></body></html>"
    );
    let extracted = read(&page);
    assert_eq!(extracted.text, LINES);
    check_nodes(&page, &extracted);
    assert_eq!(extracted.metadata, attributes());
}

#[test]
fn a_page_without_the_text_of_its_document_says_so() {
    let page = "<html><body><nav>Menu</nav><table><tr><td>Số ký hiệu</td><td>9/2026/NĐ-CP</td></tr><tr><td>Ngày ban hành</td><td>05-03-2026</td></tr>\
        <tr><td>Tài liệu đính kèm</td><td><a href='/9.pdf'>9.signed.pdf</a></td></tr></table></body></html>";
    let extracted = read(page);
    assert_eq!(extracted.problems, [Problem::AttributesOnly]);
    assert_eq!(extracted.metadata.so_hieu.as_deref(), Some("9/2026/NĐ-CP"));
}

#[test]
fn what_holds_articles_is_read_whatever_its_class() {
    let page = "<html><body><div class='search-result'><div class='sharing'>Chia sẻ</div><p>Điều 1. A</p><p>Điều 2. B</p></div><p>Hết</p></body></html>";
    assert!(read(page).text.starts_with("Chia sẻ\nĐiều 1. A\nĐiều 2. B"));
    let page = "<html><body><div class='sharing'>Chia sẻ</div><div class='search-result'><p>Điều 1. A</p><p>Điều 2. B</p></div><p>Nơi nhận: x</p></body></html>";
    assert_eq!(read(page).text, "Điều 1. A\nĐiều 2. B\nNơi nhận: x");
}

#[test]
fn a_page_of_the_codified_law_is_read_whole() {
    let page = "\u{feff}<link href='a.css' rel='stylesheet' />\n<h3>\n Đề mục 1.2\n <br />\n Thử nghiệm\n</h3>\
        <p style='text-align: center; display: none'>(Xem)</p><div class='_content'><p class='pChuong'><a name='1'></a>Chương I</p>\
        <p class='pDieu'>Điều 1.2.LQ.1. Phạm vi</p><p class='pNoiDung'><p>Luật này</p></p></div>";
    assert_eq!(read(page).text, "Đề mục 1.2\nThử nghiệm\nChương I\nĐiều 1.2.LQ.1. Phạm vi\nLuật này");
}

#[test]
fn letters_of_an_old_font_in_a_page_are_read() {
    let old =
        rasoat_law::text::legacy::encode("Trách nhiệm của cơ quan", rasoat_law::text::legacy::Encoding::Tcvn3).unwrap();
    let page = format!("<html><body><p><font face='.VnTime'>{old}</font></p></body></html>");
    assert_eq!(read(&page).text, "Trách nhiệm của cơ quan");
}

#[test]
fn a_caller_can_stop_the_reading_of_a_page() {
    let limits = Limits { interrupt: crate::Interrupt::when(|| true), ..Limits::default() };
    let error = extract("a.html", b"<html><body><p>x</p></body></html>", &limits).unwrap_err();
    assert_eq!(error, FormatError::Interrupted);
}
