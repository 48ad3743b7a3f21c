//! What each check rests on, what it looks at and what it cannot see, for the person who asks why.
//!
//! Kept beside one another so that no check can be added without saying so; the modules say the same for programmers.

use super::finding::Check;

impl Check {
    /// The rule of law it rests on, in Vietnamese.
    pub fn rests_on(self) -> &'static str {
        match self {
            Self::ValidityExpired | Self::ValidityPartlyExpired | Self::ValidityNotYetInForce => {
                "Điều 53 và Điều 57 Luật số 64/2025/QH15: văn bản chỉ được áp dụng từ ngày có hiệu lực đến ngày hết hiệu lực."
            }
            Self::ValidityUnknownDocument => {
                "Điều 68 Nghị định số 78/2025/NĐ-CP: viện dẫn ghi đúng tên loại, số, ký hiệu; Điều 4 Luật số 64/2025/QH15 về hệ thống văn bản."
            }
            Self::BasisMissing | Self::BasisExpired | Self::BasisLowerRank => {
                "Điều 62 Nghị định số 78/2025/NĐ-CP (trước 01/4/2025: Điều 61 Nghị định số 34/2016/NĐ-CP): căn cứ ban hành là văn bản quy phạm \
                 pháp luật có hiệu lực pháp lý cao hơn, đang có hiệu lực, quy định thẩm quyền và nội dung."
            }
            Self::BasisMetadataMismatch => {
                "Điều 68 Nghị định số 78/2025/NĐ-CP: viện dẫn ghi đúng số, ký hiệu, cơ quan ban hành, tên gọi."
            }
            Self::AuthorityKind => {
                "Điều 4 Luật số 64/2025/QH15, được sửa đổi bởi Luật số 87/2025/QH15 (trước 01/4/2025: Điều 4 Luật số 80/2015/QH13)."
            }
            Self::AuthorityScope => {
                "Điều 8 và Điều 55 Luật số 64/2025/QH15 (trước 01/4/2025: Điều 12, khoản 4 Điều 14, Điều 152 Luật số 80/2015/QH13); Điều 4 Luật \
                 số 15/2012/QH13 về mức phạt."
            }
            Self::ConflictDuplicate => {
                "Kỹ thuật soạn thảo: văn bản quy định chi tiết không chép lại quy định của văn bản được quy định chi tiết."
            }
            Self::ConflictContradiction | Self::ConflictOverlap => {
                "Điều 58 Luật số 64/2025/QH15: áp dụng văn bản có hiệu lực pháp lý cao hơn, cùng cơ quan thì văn bản ban hành sau."
            }
            Self::TermsRenamedBody | Self::TermsAbolishedUnit | Self::TermsObsoleteTerm => {
                "Nghị quyết số 176/2025/QH15, Nghị quyết số 202/2025/QH15, Luật số 72/2025/QH15 và các văn bản ghi trong bảng tên gọi đã thay đổi."
            }
            Self::ReferenceDangling => {
                "Điều 68 Nghị định số 78/2025/NĐ-CP; đối với lệnh sửa đổi: Điều 8 Luật số 64/2025/QH15."
            }
            Self::ReferenceWrongProvision => "Điều 68 Nghị định số 78/2025/NĐ-CP: viện dẫn đúng điều, khoản, điểm.",
            Self::FormNumbering => {
                "Điều 63 và Điều 64 Nghị định số 78/2025/NĐ-CP (trước 01/4/2025: khoản 3 Điều 8 Luật số 80/2015/QH13)."
            }
            Self::FormEffectiveClause => {
                "Điều 53 Luật số 64/2025/QH15 và Điều 67 Nghị định số 78/2025/NĐ-CP (trước 01/4/2025: Điều 151 Luật số 80/2015/QH13, Điều 38 Nghị \
                 định số 34/2016/NĐ-CP)."
            }
            Self::FormDefinition => {
                "Nghị định số 78/2025/NĐ-CP về ngôn ngữ của văn bản (trước 01/4/2025: Điều 69 Nghị định số 34/2016/NĐ-CP)."
            }
            Self::FormRepealClause => {
                "Điều 8 Luật số 64/2025/QH15 (trước 01/4/2025: Điều 12 Luật số 80/2015/QH13): nêu đích danh văn bản, điều, khoản bị bãi bỏ."
            }
        }
    }

    /// What it looked up or compared.
    pub fn looks_at(self) -> &'static str {
        match self {
            Self::ValidityExpired | Self::ValidityPartlyExpired | Self::ValidityNotYetInForce | Self::BasisExpired => {
                "Từng viện dẫn được tra trong sổ hiệu lực và kho văn bản; trạng thái lấy theo dòng thời gian ở ngày rà soát."
            }
            Self::ValidityUnknownDocument => {
                "Số, ký hiệu được tra trong sổ hiệu lực và kho văn bản; năm và khóa Quốc hội trong số được so với nhau."
            }
            Self::BasisMissing => {
                "Các dòng căn cứ của dự thảo, tên gọi và điều về phạm vi điều chỉnh (văn bản được quy định chi tiết)."
            }
            Self::BasisLowerRank => {
                "Loại văn bản của từng căn cứ, xếp bậc theo Điều 4, so với bậc của dự thảo; thứ tự các căn cứ."
            }
            Self::BasisMetadataMismatch => {
                "Ngày, cơ quan, loại, tên ghi trong viện dẫn so với sổ hiệu lực và phần đầu của văn bản trong kho."
            }
            Self::AuthorityKind => {
                "Tên loại, số, ký hiệu và cơ quan ban hành ở phần đầu dự thảo, theo ngày ký hoặc ngày rà soát."
            }
            Self::AuthorityScope => {
                "Các lệnh sửa đổi, bãi bỏ; câu quy định mức phạt; điều về hồ sơ, thủ tục; ngày có hiệu lực so với ngày ký."
            }
            Self::ConflictContradiction | Self::ConflictOverlap | Self::ConflictDuplicate => {
                "Các quy định gần nhất tìm được trong kho; các giá trị hai bên cùng đặt ra, mức phạt của từng hành vi; lời của mô hình \
                 đối chiếu đã đọc cả hai."
            }
            Self::TermsRenamedBody | Self::TermsAbolishedUnit | Self::TermsObsoleteTerm => {
                "Bảng tên gọi đã thay đổi; bỏ qua tên trong trích dẫn, tên văn bản, điều khoản chuyển tiếp và lời kể lịch sử."
            }
            Self::ReferenceDangling => {
                "Cây điều, khoản, điểm của dự thảo và của văn bản trong kho; lệnh sửa đổi được làm thử trên văn bản trong kho."
            }
            Self::ReferenceWrongProvision => {
                "Lời nói về nội dung đi liền viện dẫn, so với tên và lời của điều được viện dẫn và tên các điều khác."
            }
            Self::FormNumbering => "Số thứ tự và tên của điều, khoản, điểm do dự thảo tự đặt.",
            Self::FormEffectiveClause => {
                "Câu “… này có hiệu lực …”, ngày ký, và ngày có hiệu lực của luật được quy định chi tiết."
            }
            Self::FormDefinition => "Điều giải thích từ ngữ, các tên gọi tắt, từ viết tắt và nơi chúng được dùng.",
            Self::FormRepealClause => "Câu bãi bỏ, thay thế; văn bản cùng tên, cùng cơ quan trong sổ hiệu lực.",
        }
    }

    /// What it cannot see.
    pub fn limits(self) -> &'static str {
        match self {
            Self::ValidityExpired | Self::ValidityPartlyExpired | Self::ValidityNotYetInForce | Self::BasisExpired => {
                "Văn bản không có trong sổ và trong kho thì không kết luận; sổ có mục mới theo một nguồn."
            }
            Self::ValidityUnknownDocument => {
                "Không tìm thấy không có nghĩa là không có: sổ hiệu lực chưa đủ mọi văn bản, nhất là văn bản địa phương."
            }
            Self::BasisMissing => {
                "Không đọc được phần căn cứ thì không kết luận; không xét nghị định nào về chức năng của bộ là đúng."
            }
            Self::BasisLowerRank => "Số cũ không ghi năm không bị coi là văn bản hành chính.",
            Self::BasisMetadataMismatch => {
                "Tên nghị định, thông tư thường được viết tắt nên không so; ngày chỉ so khi nguồn có."
            }
            Self::AuthorityKind => "Không rõ cơ quan ban hành ở phần đầu thì không kết luận.",
            Self::AuthorityScope => {
                "Việc luật giao chỉ thấy được khi dự thảo nêu; việc chuyển nhiệm vụ giữa các bộ chỉ biết với các lần hợp nhất năm 2025."
            }
            Self::ConflictContradiction => {
                "Chưa hiểu ngoại lệ ở xa câu được so; mâu thuẫn chỉ thấy khi đọc hai quy định cùng lúc thì không thấy."
            }
            Self::ConflictOverlap | Self::ConflictDuplicate => {
                "Chỉ là ghi chú: hai quy định giống nhau có thể cùng đúng."
            }
            Self::TermsRenamedBody | Self::TermsAbolishedUnit | Self::TermsObsoleteTerm => {
                "Chỉ biết các tên trong bảng."
            }
            Self::ReferenceDangling => {
                "Văn bản không có toàn văn trong kho thì không kiểm tra; sửa đổi chưa cập nhật vào lời văn thì chỉ cảnh báo."
            }
            Self::ReferenceWrongProvision => "Chỉ xét lời đi liền viện dẫn; khoản, điểm được xét theo điều.",
            Self::FormNumbering => "Danh sách trong một khoản không phải là đơn vị bố cục nên không xét.",
            Self::FormEffectiveClause => "Không biết văn bản có theo trình tự rút gọn hay không.",
            Self::FormDefinition => "Chỉ xét chữ, không xét nghĩa; từ viết tắt nước ngoài không xét.",
            Self::FormRepealClause => "Văn bản bị thay thế chỉ thấy được khi cùng tên và cùng cơ quan.",
        }
    }
}
