*** Settings ***
Documentation    The sign-in and the four values in Robot Framework Browser. See overhead.py.
Library          Browser
Library          Collections

*** Test Cases ***
Sign In And Read
    ${arguments}=    Evaluate    json.loads(os.environ["BROWSER_ARGUMENTS"])    modules=json,os
    New Browser    chromium    headless=True    executablePath=%{BROWSER}    args=${arguments}
    New Context    locale=ja-JP    timezoneId=Asia/Tokyo
    New Page    https://www.docomo.ne.jp/mydocomo/
    Click    a.mydcm_login_normal
    Fill Text    id=Di_Uid    %{DOCOMO_ID}
    Click    role=button[name="次へ"]
    Fill Secret    id=Di_Pass    %DOCOMO_PASSWORD
    Click    role=button[name="ログイン"]
    ${used}=    Get Text    span.latest-area-foma-monthly-gb-value
    ${left}=    Get Text    dl:has(> dt:text-is("残りデータ量")) > dd
    ${until}=    Get Text    dl:has(> dt:text-is("データ有効期限")) > dd
    ${charges}=    Get Text    dl:has(> dt:text-is("当月ご利用料金")) > dd
    Log To Console    ${used} ${left} ${until} ${charges}
