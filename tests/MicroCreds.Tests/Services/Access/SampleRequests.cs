namespace MicroCreds.Tests.Services.Access;

/// <summary>A request for every method of the contract, right in itself, about uni-roma.example and what it holds.</summary>
internal static class SampleRequests
{
    private const string Roma = "\"institution\": \"uni-roma.example\"";
    private const string Case = $$"""{ {{Roma}}, "caseId": "{case}" }""";
    private const string CaseOnce = $$"""{ {{Roma}}, "requestId": "{id}", "caseId": "{case}" """;
    private const string Change = $$"""{ "change": { {{Roma}}, "requestId": "{id}", "caseId": "{case}", "etag": "1", "validateOnly": true } """;
    private const string Table = $$"""{ {{Roma}}, "tableId": "CFU" """;
    private const string TableOnce = $$"""{ {{Roma}}, "requestId": "{id}", "tableId": "CFU" """;
    private const string Full = """ "decision": { "outcome": "DECISION_OUTCOME_FULL", "statement": "All is shown." } """;
    private const string Sheet = """ "sheets": [ { "kind": "KIND_UNITS", "fileName": "u.csv" """;
    private const string Units = "\"Y29kZSx0aXRsZSxwcm9ncmFtbWUsZWN0cyxlcWZfbGV2ZWwKRFMtMSxEYXRhLEwtMTksNiw2Cg==\"";
    private const string Described = """ "achievement": { "awardingBody": "uni-madrid.example", "code": "CR/EST101", "ectsCreditsHundredths": 600 } """;

    /// <summary>Between the messages of a call that sends several.</summary>
    public const string Then = "\n---\n";

    /// <summary>By service and method. <c>{id}</c>, <c>{case}</c>, <c>{agreement}</c>, <c>{credential}</c> and the days <c>{soon}</c> and <c>{later}</c> are filled in.</summary>
    public static IReadOnlyDictionary<string, string> Of { get; } = new Dictionary<string, string>
    {
        ["AgreementService/RecordAgreement"] = $$"""
            { {{Roma}}, "requestId": "{id}", "agreement": { "agreementId": "{agreement}", "learnerIdentifier": "urn:schac:personalUniqueCode:int:esi:uni-roma.example:1", "programme": "L-19",
              "hostOrganisation": "uni-madrid.example", "validFromDate": "2026-01-01", "validUntilDate": "2026-07-31",
              "signatures": [ { "party": "PARTY_LEARNER", "signedDate": "2026-01-01" }, { "party": "PARTY_INSTITUTION", "signedDate": "2026-01-01" }, { "party": "PARTY_HOST", "signedDate": "2026-01-01" } ],
              "components": [ { "awardingBody": "uni-madrid.example", "code": "CR/EST101", "unit": "STAT", "ectsCreditsHundredths": 600, "automatic": true } ] } }
            """,
        ["AgreementService/EndAgreement"] = $$"""{ {{Roma}}, "requestId": "{id}", "agreementId": "{agreement}", "etag": "7", "lastDate": "2026-06-30", "reason": "The learner came home." }""",
        ["AgreementService/GetAgreement"] = $$"""{ {{Roma}}, "agreementId": "{agreement}" }""",
        ["AgreementService/ListAgreements"] = $$"""{ {{Roma}} }""",

        ["AssessmentService/AssignCase"] = Change + """, "assignee": "olga" }""",
        ["AssessmentService/RequestInformation"] = Change + """, "items": [ { "code": "syllabus", "text": "The syllabus, please." } ], "dueDate": "{soon}" }""",
        ["AssessmentService/RecordCheck"] = Change + """, "kind": "owner", "passed": true, "evidence": "Letter of 2 March." }""",
        ["AssessmentService/VerifyCase"] = Change + " }",
        ["AssessmentService/AssessCase"] = Case,
        ["AssessmentService/TryRules"] = $$"""{ {{Roma}}, "achievement": { "title": { "byLanguage": { "en": "Statistics" } } }, "awardingBody": "uni-madrid.example", "programme": "L-19", "unit": "STAT" }""",
        ["AssessmentService/DecideCase"] = Change + "," + Full + "}",
        ["AssessmentService/DecideCases"] = $$"""{ {{Roma}}, "requestId": "{id}", "cases": [ { "caseId": "{case}", "etag": "1" } ], "validateOnly": true }""",
        ["AssessmentService/AssignCases"] = $$"""{ {{Roma}}, "requestId": "{id}", "cases": [ { "caseId": "{case}" } ], "assignee": "olga", "validateOnly": true }""",
        ["AssessmentService/ApproveDecision"] = Change + " }",
        ["AssessmentService/SendBackDecision"] = Change + """, "reason": "The level is not shown." }""",
        ["AssessmentService/DeclareInadmissible"] = Change + """, "ground": "Not a credential.", "advice": "Ask the issuer." }""",
        ["AssessmentService/FailAuthenticity"] = Change + """, "ground": "The issuer denies it." }""",
        ["AssessmentService/SupersedeDecision"] = Change + "," + Full + "}",
        ["AssessmentService/RevokeDecision"] = Change + """, "ground": "Granted by mistake.", "effectiveDate": "2026-03-02" }""",
        ["AssessmentService/AnnounceDelay"] = Change + """, "reason": "Strike.", "dueDate": "{later}" }""",
        ["AssessmentService/ReportCondition"] = Change + """, "met": true, "evidence": "Seen." }""",
        ["AssessmentService/DecideAppeal"] = Change + """, "result": "RESULT_DISMISSED", "explanation": "Nothing new." }""",

        ["EquivalenceAdminService/ImportDraft"] = TableOnce + """, "validateOnly": true, """ + Sheet + """, "content": """ + Units + "} ] }",
        ["EquivalenceAdminService/UploadDraft"] = TableOnce + """, "validateOnly": true, """ + Sheet + "} ] }" + Then + """{ "chunk": { "content": """ + Units + "} }",
        ["EquivalenceAdminService/CheckDraft"] = Table + "}",
        ["EquivalenceAdminService/ExportTable"] = Table + """, "version": 1, "kind": "KIND_RULES" }""",
        ["EquivalenceAdminService/DownloadTable"] = Table + """, "version": 1, "kind": "KIND_RULES" }""",
        ["EquivalenceAdminService/ListDrafts"] = $$"""{ {{Roma}} }""",
        ["EquivalenceAdminService/ListVersions"] = Table + "}",
        ["EquivalenceAdminService/CompareVersions"] = Table + """, "fromVersion": 1, "toVersion": 1 }""",
        ["EquivalenceAdminService/SimulateDraft"] = Table + "}",
        ["EquivalenceAdminService/CheckFederation"] = $$"""{ {{Roma}}, "partnerTimeoutMs": 1000 }""",
        ["EquivalenceAdminService/AdoptRule"] = TableOnce + """, "sourceInstitution": "voluntariado.example", "sourceRuleId": "X", "targetUnit": "STAT", "validateOnly": true }""",
        ["EquivalenceAdminService/ListAdoptions"] = $$"""{ {{Roma}} }""",
        ["EquivalenceAdminService/AcknowledgeAdoption"] = TableOnce + """, "ruleId": "X", "sourceVersion": 1 }""",
        ["EquivalenceAdminService/RestoreVersion"] = TableOnce + """, "version": 1, "validateOnly": true }""",
        ["EquivalenceAdminService/DiscardDraft"] = TableOnce + "}",
        ["EquivalenceAdminService/GetImportTemplate"] = $$"""{ {{Roma}} }""",
        ["EquivalenceAdminService/ApproveDraft"] = TableOnce + """, "etag": "1" }""",
        ["EquivalenceAdminService/PublishDraft"] = TableOnce + """, "validateOnly": true }""",

        ["EquivalenceService/ListTables"] = $$"""{ {{Roma}} }""",
        ["EquivalenceService/ListRules"] = $$"""{ {{Roma}} }""",
        ["EquivalenceService/FindEquivalences"] = $$"""{ {{Roma}}, {{Described}} }""",
        ["EquivalenceService/WatchRules"] = $$"""{ {{Roma}} }""",

        // Streams of statements run between institutions: the submitter's, in both directions.
        ["ExchangeService/Notify"] = """{ "issuer": "voluntariado.example", "audience": "uni-roma.example", "epoch": 1, "sequence": 1 }""",
        ["ExchangeService/PullStatements"] = """{ "issuer": "uni-roma.example", "audience": "voluntariado.example", "epoch": 1 }""",
        ["ExchangeService/Acknowledge"] = """{ "issuer": "uni-roma.example", "audience": "voluntariado.example", "receipt": "bm90IGEgcmVjZWlwdA==" }""",
        ["ExchangeService/GetHeads"] = $$"""{ {{Roma}} }""",

        ["ExploreService/ExploreRecognition"] = $$"""{ {{Roma}}, {{Described}}, "partnerTimeoutMs": 1000 }""",

        ["GradeService/PutGradeTable"] = $$"""{ {{Roma}}, "requestId": "{id}", "table": { "organisation": "voluntariado.example", "firstYear": 2024, "lastYear": 2025, "grades": [ { "label": "A", "count": 40 }, { "label": "B", "count": 60 } ] } }""",
        ["GradeService/ConvertGrade"] = $$"""{ {{Roma}}, "sourceOrganisation": "uni-madrid.example", "grade": "SB" }""",

        ["MemberService/GetNode"] = "{}",
        ["MemberService/GetTrustList"] = "{}",
        ["MemberService/ListMembers"] = "{}",
        ["MemberService/ListTrustSources"] = "{}",
        ["MemberService/Echo"] = """{ "message": "hello" }""",

        ["RecognitionService/SubmitCredential"] = $$"""{ {{Roma}}, "requestId": "{id}", "credential": "{credential}", "target": { "programme": "L-19", "unit": "ALTRE-3" } }""",
        ["RecognitionService/SubmitCredentials"] = $$"""{ "submission": { {{Roma}}, "requestId": "{id}", "credential": "{credential}", "target": { "programme": "L-19", "unit": "ALTRE-3" } } }""",
        ["RecognitionService/GetCase"] = Case,
        ["RecognitionService/ListCases"] = $$"""{ {{Roma}} }""",
        ["RecognitionService/WatchCases"] = $$"""{ {{Roma}} }""",
        ["RecognitionService/ProvideInformation"] = CaseOnce + """, "answers": [ { "code": "syllabus", "text": "Attached." } ] }""",
        ["RecognitionService/WithdrawCase"] = CaseOnce + """, "ground": "No longer needed." }""",
        ["RecognitionService/AppealDecision"] = CaseOnce + """, "againstVersion": 1, "grounds": "It was all shown." }""",
        ["RecognitionService/GetEvidence"] = Case,
        ["RecognitionService/ExportDecision"] = $$"""{ {{Roma}}, "caseId": "{case}", "format": "FORMAT_ELM" }""",
    };
}
