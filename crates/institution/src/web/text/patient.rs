//! What the reader says to the person in front of it: short, plain, polite, and always what comes next.

pages::catalogue! {
    /// Texts of the reader.
    pub(in crate::web) enum Patient {
        Place: "マイナンバーカード受付", "My Number Card reception";
        Skip: "本文へ進む", "Skip to the content";
        Trial: "試験環境です。本物のカードは使えません。", "This is a trial. Real cards do not work here.";
        Steps: "受付の流れ", "Steps";
        StepCard: "カード", "Card";
        StepUnlock: "本人の確認", "Identity";
        StepConsent: "同意", "Consent";
        StepResult: "結果", "Result";
        Leave: "やめて終わる", "Stop and leave";
        Faulty: "入力を確かめてください", "Please check what you entered";

        StartTitle: "カードを置いてください", "Place your card on the reader";
        StartText: "医療扶助を受けている方の資格を、マイナンバーカードで確認します。", "This checks your medical aid (医療扶助) with your My Number Card.";
        StartCards: "試験用カードを選ぶと、カードを置いたことになります。", "Choosing a trial card stands for placing a card.";
        StartCard: "試験用カード", "Trial card";
        StartNoCards: "カードがありません", "There are no cards";
        StartNoCardsText: "受付の職員にお声がけください。", "Please speak to the reception.";
        StartTaken: "そのカードは使用中です。ほかのカードを選んでください。", "That card is in use. Please choose another one.";
        StartUnknown: "そのカードは見つかりません。下のカードから選んでください。", "There is no such card. Please choose one of those below.";

        UnlockTitle: "本人であることを確認します", "Let us confirm who you are";
        UnlockText: "確認の方法を選んでください。", "Choose one of these.";
        UnlockPin: "暗証番号", "PIN";
        UnlockPinText: "数字4桁を入力します", "Enter four digits";
        UnlockFace: "顔認証", "Face";
        UnlockFaceText: "カメラで顔を確認します", "A camera compares your face";
        UnlockLocked: "ロックされています", "It is locked";
        UnlockOther: "どちらもできないときは、受付の職員がカードの写真で確認します（目視）。お声がけください。", "If neither works for you, the staff can compare the photograph on the card. Please tell them.";

        PinTitle: "暗証番号を入力してください", "Enter your PIN";
        PinLabel: "利用者証明用の暗証番号", "PIN of the user certificate";
        PinHint: "数字4桁。入力した数字は表示されません。", "Four digits. They are not shown.";
        PinLeft: "あと{left}回まちがえると、この暗証番号は使えなくなります。", "After {left} more wrong entries this PIN is locked.";
        PinGo: "確認する", "Confirm";
        PinShape: "数字4桁で入力してください。", "Please enter four digits.";
        PinWrong: "暗証番号が違います。", "The PIN is wrong.";
        PinByFace: "顔認証に変える", "Use the face instead";
        LockedTitle: "暗証番号がロックされています", "The PIN is locked";
        LockedText: "3回続けてまちがえたため、暗証番号は使えません。ロックは、お住まいの市区町村の窓口で解除できます。今日は顔認証か、受付の職員による確認（目視）で受付できます。", "It was entered wrongly three times in a row. Your municipality can unlock it. Today you can use your face, or the staff can compare the photograph.";

        BothLockedTitle: "暗証番号も顔認証もロックされています", "Both the PIN and the face are locked";
        BothLockedText: "受付の職員にお声がけください。今日はカードの写真による確認（目視）か、医療券（紙）で受付できます。ロックは、お住まいの市区町村の窓口で解除できます。", "Please speak to the reception. Today the staff can compare the photograph, or use your paper voucher. Your municipality can unlock both.";

        FaceTitle: "カメラを見てください", "Please look at the camera";
        FaceText: "カードの写真と、あなたの顔を比べます。", "Your face is compared with the photograph in the card.";
        FaceTrial: "試験用：カメラの代わりに選びます。", "Trial: choose in place of the camera.";
        FaceMatched: "試験用：一致した", "Trial: it matches";
        FaceNotMatched: "試験用：一致しない", "Trial: it does not match";
        FaceFailed: "顔を確認できませんでした。明るい場所でもう一度試してください。", "Your face could not be confirmed. Try again in better light.";
        FaceLeft: "あと{left}回確認できないと、顔認証は使えなくなります。", "After {left} more faces that do not match, the face is locked.";
        FaceLockedTitle: "顔認証がロックされています", "The face is locked";
        FaceLocked: "10回続けて確認できなかったため、顔認証は使えません。ロックは、お住まいの市区町村の窓口で解除できます。今日は暗証番号か、受付の職員による確認（目視）で受付できます。", "Ten faces in a row did not match. Your municipality can unlock it. Today you can use your PIN, or the staff can compare the photograph.";
        FaceByPin: "暗証番号に変える", "Use the PIN instead";

        ConsentTitle: "見せてもよい情報を選んでください", "Choose what may be shown";
        ConsentText: "医師や薬剤師が見てもよい情報を、ひとつずつ選んでください。どれを選んでも診療は受けられます。", "Choose for each of these whether the doctors and pharmacists here may see it. You will be treated whatever you choose.";
        ConsentLife: "「見せる」は、いまから24時間だけ有効です。もう一度カードを置いて「見せない」を選ぶと、いつでも取り消せます。", "A yes counts for 24 hours from now. You can take it back at any time: place the card again and choose no.";
        ConsentDrug: "薬剤情報（これまでに受け取った薬）", "Medicines you were given (薬剤情報)";
        ConsentDiagnosis: "診療情報（これまでの診療の記録）", "Records of your treatment (診療情報)";
        ConsentOperation: "手術情報（これまでに受けた手術）", "Operations you had (手術情報)";
        ConsentCheckUp: "特定健診情報（健康診断の結果）", "Results of your health check-ups (特定健診情報)";
        ConsentYes: "見せる", "Yes, show";
        ConsentNo: "見せない", "No, do not show";
        ConsentMissing: "「{scope}」の、見せる・見せないを選んでください。", "Choose yes or no for: {scope}";
        ConsentGo: "資格を確認する", "Check my eligibility";

        ValidTitle: "確認できました", "You are covered here";
        ValidText: "この医療機関で医療扶助を受けられます。このままお待ちください。", "You can use medical aid at this institution. Please take a seat.";
        WaitingTitle: "資格は確認できました。医療券はまだ届いていません", "You are covered, but the voucher is not here yet";
        WaitingText: "福祉事務所が、この医療機関の医療券をまだ登録していません。受付の職員が福祉事務所に確認します。診療については受付でご相談ください。", "The welfare office has not registered a voucher for this institution yet. The reception will ask the office. Please speak to the reception about today's treatment.";
        EndedTitle: "いまは医療扶助の資格がありません", "You are not covered now";
        EndedText: "保険証などほかの資格があるかどうか、受付でご相談ください。おかしいと思われるときは、担当の福祉事務所へお問い合わせください。", "Please ask the reception about other cover such as health insurance. If this seems wrong to you, ask your welfare office.";
        NotFoundTitle: "このカードでは確認できませんでした", "This card could not be matched";
        NotFoundText: "カードの利用申込がまだのときは、ここで申し込めます。受給していないという意味ではありません。", "If the card has not been enrolled yet, you can do it here. This does not mean that you receive no aid.";
        EnrolTitle: "このカードを使えるようにしますか（利用申込）", "Enrol this card (利用申込)?";
        EnrolText: "申し込むと、このカードと福祉事務所の登録が結びつき、次からはカードを置くだけで確認できます。", "This links the card to what your welfare office has registered. From then on placing the card is enough.";
        EnrolGo: "利用を申し込む", "Enrol the card";
        EnrolDone: "利用申込ができました。先ほどの答えを、もう一度確かめてください。", "The card is enrolled. Please look once more at what you chose.";
        EnrolNobody: "福祉事務所の登録がまだありません。担当の福祉事務所へお問い合わせください。今日は医療券（紙）などで受付します。", "No office has registered you yet. Please ask your welfare office. Today the reception can use your paper voucher.";
        EnrolNotThisCard: "このカードは申し込めません。カードの有効期限を確かめ、市区町村の窓口へお問い合わせください。", "This card cannot be enrolled. Check its expiry date and ask your municipality.";
        FaultCardAgain: "カードを読み取れませんでした。もう一度カードを置いてください。", "The card could not be read. Please place it again.";
        FaultOtherWay: "このカードでは確認できません。受付の職員にお声がけください。", "This card cannot be used for the check. Please speak to the reception.";
        FaultUnlockAgain: "暗証番号か顔認証で、もう一度確認してください。", "Please confirm who you are once more, by PIN or face.";
        FaultLater: "いま確認できません。少し待ってもう一度試すか、受付の職員にお声がけください。", "The check is not possible at the moment. Try again a little later, or speak to the reception.";
        FaultStaff: "確認できませんでした。受付の職員にお声がけください。", "The check did not work. Please speak to the reception.";
        FaultTitle: "確認できませんでした", "It did not work";
        Again: "もう一度確認する", "Try again";

        Details: "内容", "Details";
        Name: "お名前", "Name";
        Office: "福祉事務所", "Welfare office";
        Voucher: "医療券", "Voucher (医療券)";
        DispensingVoucher: "調剤券", "Dispensing voucher (調剤券)";
        From: "{first}から{last}まで", "{first} to {last}";
        SelfPay: "窓口で払う額（1か月）", "You pay here (a month)";
        Yen: "{yen}円", "{yen} yen";
        Insurance: "一緒に使う健康保険", "Health insurance used first";
        Begins: "資格の始まる日", "Cover begins";
        Ended: "資格の終わった日", "Cover ended";
        Message: "お知らせ", "Notice";
        Consents: "見せる情報", "What may be shown";
        ConsentUntil: "見せる（{until}まで）", "Shown until {until}";
        ConsentNone: "見せない", "Not shown";
        Done: "終わる", "Finish";
        DoneText: "終わるを押して、カードを忘れずにお取りください。", "Press Finish, and remember to take your card.";

        StillTitle: "まだ続けますか", "Are you still there?";
        StillText: "しばらく操作がないため、まもなく終わります。内容は消えます。", "Nobody has touched this for a while, so it ends soon and everything is cleared.";
        StillGo: "続ける", "Continue";
        GoneTitle: "このページはありません", "There is no such page";
        GoneText: "はじめから操作してください。", "Please begin again.";
        GoneGo: "はじめに戻る", "Begin again";
    }
}
