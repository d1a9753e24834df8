using Google.Protobuf.WellKnownTypes;
using MicroCreds.Federation.V1;
using State = MicroCreds.Federation.V1.RecognitionCase.Types.State;

namespace MicroCreds.Tests.Console;

/// <summary>A volunteering credential before the officer, with one essential outcome missing, and what stands around it. Invented.</summary>
internal static class Samples
{
    public const string Referred = "00000000000000000000000000000a01";
    public const string Decided = "00000000000000000000000000000a02";
    public const string Appealed = "00000000000000000000000000000a03";

    public static FakeNode Node()
    {
        var node = new FakeNode();
        foreach (var shown in (RecognitionCase[])[ReferredCase(), DecidedCase(), AppealedCase()]) node.Cases[shown.CaseId] = shown;
        node.Listed.AddRange(node.Cases.Values.Select(Summary));
        node.Listed.AddRange(Others());
        node.Evidence.Add(new StatementEvidence
        {
            Issuer = "uni-roma.example", Audience = "voluntariado.example", Epoch = 1, Sequence = 7, Digest = "kT3hR2QWw1mO1cYv0N6aJvFz9x8cP0qE5sU7dB4iLgA",
            Statement = new SignedStatement { MediaType = "ects-decision+sd-jwt" }, ReceiptDigest = "9xWm2bVd0eKjQy7nS5hTfU1pLcR8aZ3gO6iN4kMqXsE", StoreTime = Time(2026, 3, 1, 10),
        });
        node.Tables = new ListTablesResponse
        {
            Tables =
            {
                new EquivalenceTable
                {
                    Institution = "uni-roma.example", TableId = "office", Version = 3, Digest = "Q3nq0y9XkB7mWc2RjH5tLd8uFvZ1sP4aTgEoK6iNxYw", PublishTime = Time(2026, 2, 1, 8), RuleCount = 2,
                    Units = { Unit(), new TargetUnit { Code = "BIOL 101", Title = Text("en", "Biology"), Programme = "L-13", EctsCreditsHundredths = 600, EqfLevel = 6, Kind = "course", Graded = true } },
                },
            },
        };
        node.Rules = new ListRulesResponse
        {
            Rules =
            {
                new EquivalenceRule
                {
                    RuleId = "R-VOL-3", TargetUnit = "AAF-3", GrantCondition = "", Automatic = false, Grade = "ungraded", Rank = 3, Priority = 10, ValidFromDate = "2025-09-01", Visibility = "public",
                    Conditions = { new RuleCondition { Condition = "eqf_level_at_least", Expected = "6" }, new RuleCondition { Condition = "outcome_coverage_at_least", Expected = "80 %" } },
                },
            },
        };
        node.Members = new ListMembersResponse
        {
            Members =
            {
                new Member { Organisation = "uni-roma.example", Name = "Università di Roma (pilot)", Kind = "higher_education_institution", Status = "active", HostedHere = true },
                new Member { Organisation = "voluntariado.example", Name = "Voluntariado (pilot)", Kind = "other_provider", Status = "active", Endpoints = { "https://127.0.0.1:7543" } },
            },
        };
        node.Heads = new GetHeadsResponse
        {
            Outgoing = { new StreamHead { Issuer = "uni-roma.example", Audience = "voluntariado.example", Epoch = 1, Sequence = 9, ReceiptedSequence = 7, OldestUnreceiptedTime = Time(2026, 3, 1, 10) } },
            Incoming = { new StreamHead { Issuer = "voluntariado.example", Audience = "uni-roma.example", Epoch = 1, Sequence = 4, ReceiptedSequence = 4 } },
        };
        return node;
    }

    public static LocalisedText Text(string language, string text) => new() { ByLanguage = { [language] = text } };

    public static RecognitionCase ReferredCase() => new()
    {
        Institution = "uni-roma.example", CaseId = Referred, Etag = "5", State = State.Referred, SubmittedBy = "voluntariado.example",
        Target = new RecognitionTarget { Programme = "L-19", Unit = "AAF-3" }, TargetUnit = Unit(), Track = RecognitionTrack.Validation, Purpose = "Altre attività",
        Holder = new Holder { FullName = "Lucía Ejemplo Prueba", BirthDate = "2001-05-17", LearnerKey = "k1" },
        Verifications = { Verified() }, Achievements = { Claimed() }, Assessment = Assessed(), ReferralReasons = { "validation_track", "less_than_asked" },
        Assignee = "", DueDate = "2026-07-02", SubmitTime = Time(2026, 3, 1, 9), UpdateTime = Time(2026, 3, 1, 9), Authority = "Ufficio riconoscimenti",
        Outstanding = { new InformationItem { Code = "M11", Text = "Which body assures the quality?" } }, InformationDueDate = "2026-04-01",
        CriteriaUrl = "https://uni-roma.example/recognition",
        History =
        {
            new CaseHistoryEntry { Number = 1, Event = "submitted", Actor = "voluntariado.example", Time = Time(2026, 3, 1, 9), Summary = "Submitted for AAF-3." },
            new CaseHistoryEntry { Number = 2, Event = "verified", Actor = "node", Time = Time(2026, 3, 1, 9), Summary = "Twelve checks made.", Remarks = "M9: By <b>portfolio</b>." },
            new CaseHistoryEntry { Number = 3, Event = "referred", Actor = "node", Time = Time(2026, 3, 1, 9), Summary = "Validation of other learning." },
        },
    };

    public static RecognitionCase DecidedCase()
    {
        var shown = ReferredCase();
        (shown.CaseId, shown.Etag, shown.State, shown.DueDate, shown.Assignee) = (Decided, "9", State.Decided, "", "ana");
        shown.Outstanding.Clear();
        shown.Decisions.Add(new Decision
        {
            Version = 1, Outcome = DecisionOutcome.Partial, InEffect = true, LegalBasis = "DM 931/2024", Authority = "Ufficio riconoscimenti", AppealBody = "Consiglio di corso",
            AppealUntilDate = "2026-04-01", DecidedBy = Decision.Types.DecidedBy.Officer, DecidedByName = "ana", DecideTime = Time(2026, 3, 2, 8), RuleId = "R-VOL-3", TableId = "office",
            TableVersion = 3, TableDigest = "Q3nq0y9X", InputsDigest = "inputs-digest", AssessmentDigest = "assessment-digest", EngineVersion = "1", Statement = "Three of five outcomes are covered.",
            Lines =
            {
                new DecisionLine
                {
                    AchievementTitle = "Coordinación de equipos de voluntariado", AwardingBody = "voluntariado.example", ClaimedEctsCreditsHundredths = 300, ClaimedVolumeOfLearning = "PT75H",
                    ClaimedGrade = "Apto", ClaimedEqfLevel = 6, Outcome = DecisionOutcome.Partial, Unit = "AAF-3", GrantedEctsCreditsHundredths = 150,
                },
            },
            Reasons = { new DecisionReason { Code = ReasonCode.LearningOutcomes, TargetOutcomes = { "LO4" }, Text = "Risk assessment is not covered." } },
            Alternatives = { new ConsideredAlternative { Outcome = DecisionOutcome.Conditional, Text = "A bridging task for LO4." } },
        });
        return shown;
    }

    public static RecognitionCase AppealedCase()
    {
        var shown = DecidedCase();
        (shown.CaseId, shown.State) = (Appealed, State.Appealed);
        return shown;
    }

    private static TargetUnit Unit() => new()
    {
        Code = "AAF-3", Title = new LocalisedText { ByLanguage = { ["it"] = "Altre attività formative", ["en"] = "Other learning activities" } }, Programme = "L-19",
        EctsCreditsHundredths = 300, EqfLevel = 6, Kind = "other_activities",
        Outcomes =
        {
            new TargetOutcome { Code = "LO1", Title = Text("en", "Plan the work of a team"), Essential = true },
            new TargetOutcome { Code = "LO2", Title = Text("en", "Lead a meeting"), Essential = true },
            new TargetOutcome { Code = "LO3", Title = Text("en", "Resolve conflicts in a group"), Essential = true },
            new TargetOutcome { Code = "LO4", Title = Text("en", "Assess the risks of an activity"), Essential = true },
            new TargetOutcome { Code = "LO5", Title = Text("en", "Report on results"), Essential = false },
        },
    };

    private static Achievement Claimed() => new()
    {
        Title = Text("es", "Coordinación de equipos de voluntariado"), Codes = { "VOL-CE" }, AwardedDate = "2026-02-10", EctsCreditsHundredths = 300, VolumeOfLearning = "PT75H", EqfLevel = 6,
        AssessmentTypes = { "portfolio", "oral_examination" }, Modes = { "blended" }, Supervision = "supervised_with_identity_verification", Grade = "Apto", IscedFields = { "0923" }, Languages = { "es" },
        AwardingBodies = { new Organisation { LegalName = Text("es", "Voluntariado (pilot)"), Identifiers = { "schac:voluntariado.example" }, CountryCode = "ESP" } },
        Outcomes =
        {
            new LearningOutcome { Id = "o1", Title = Text("es", "Planificar el trabajo de un equipo") }, new LearningOutcome { Id = "o2", Title = Text("es", "Dirigir reuniones") },
            new LearningOutcome { Id = "o3", Title = Text("es", "Resolver conflictos en el grupo") }, new LearningOutcome { Id = "o4", Title = Text("es", "Acoger a nuevas personas voluntarias") },
        },
    };

    private static Verification Verified() => new()
    {
        CredentialDigest = "Zk0b7m9n1QxYw3eRtUvAaSsDdFfGgHhJjKkLlPpOoIi", Format = "edc-jades", Verdict = Verification.Types.Verdict.Hold, CheckTime = Time(2026, 3, 1, 9), MissingElements = { "M11" },
        Checks =
        {
            new VerificationCheck { Kind = "seal", Result = VerificationCheck.Types.Result.Ok, ReasonClass = "none", Evidence = "ES256 over 18,204 bytes.", Source = "certificate in the trust list" },
            new VerificationCheck { Kind = "issuer_binding", Result = VerificationCheck.Types.Result.Ok, ReasonClass = "none", Evidence = "VATES-G00000000 stands in the certificate.", Source = "trust list, serial 12" },
            new VerificationCheck { Kind = "status", Result = VerificationCheck.Types.Result.Skipped, ReasonClass = "status_unavailable", Evidence = "The credential names no status list.", Source = "credentialStatus", Holds = true },
            new VerificationCheck { Kind = "accreditation", Result = VerificationCheck.Types.Result.Error, ReasonClass = "incomplete", Evidence = "No entry in the register.", Source = "register of quality assurance" },
            new VerificationCheck { Kind = "moon_phase", Result = VerificationCheck.Types.Result.Ok, ReasonClass = "none", Evidence = "A kind from a newer partner.", Source = "tests" },
        },
        Findings =
        {
            new CredentialFinding { Kind = CredentialFinding.Types.Kind.Mandatory, Code = "M6", Standing = CredentialFinding.Types.Standing.Met, Found = "5 learning outcomes", Place = "hasClaim.specifiedBy.learningOutcome", Source = "Annex I" },
            new CredentialFinding { Kind = CredentialFinding.Types.Kind.Mandatory, Code = "M11", Standing = CredentialFinding.Types.Standing.Missing, Place = "awardingBody.accreditation", Missing = "state the type of quality assurance", Source = "Annex I" },
            new CredentialFinding { Kind = CredentialFinding.Types.Kind.Criterion, Code = "verification", Standing = CredentialFinding.Types.Standing.NotAsked, Grade = "secure", Found = "signed by a member", Place = "signatures", Source = "Nuffic micro-evaluator" },
        },
        Roles =
        {
            new CredentialRole { Kind = "sealer", Name = "Sealing Platform", Identifiers = { "NTREE-1" }, Basis = "sealing certificate 0123" },
            new CredentialRole { Kind = "awarding_body", Name = "Voluntariado en Red", Member = "voluntariado.example", Basis = "the issuer shows a mandate" },
        },
    };

    public static Assessment Assessed() => new()
    {
        AsOfDate = "2026-03-01", RuleDatePolicy = "more_favourable", TableId = "office", TableVersion = 3, Proposal = Assessment.Types.Proposal.Refer, ProposedOutcome = "partial", Unit = "AAF-3",
        GrantedEctsCreditsHundredths = 150, RuleId = "R-VOL-3",
        Coverage = new OutcomeCoverage
        {
            Covered =
            {
                new CoveredOutcome { Target = "LO1", Source = "Planificar el trabajo de un equipo", By = "skill" }, new CoveredOutcome { Target = "LO2", Source = "Dirigir reuniones", By = "skill" },
                new CoveredOutcome { Target = "LO3", Source = "Resolver conflictos en el grupo", By = "title" },
            },
            Missing = { "LO4", "LO5" }, MissingEssential = { "LO4" },
        },
        Grade = new GradeConversion
        {
            Source = "NT 8.0", SourceSegment = "NT", Target = "28", Choice = "average", SliverPercent = 10,
            Overlaps = { new GradeOverlap { Label = "28", ShareHundredthsPercent = 3420 }, new GradeOverlap { Label = "27", ShareHundredthsPercent = 3280 } },
        },
        Rules =
        {
            new RuleFinding
            {
                RuleId = "R-VOL-3", TargetUnit = "AAF-3", Rank = 3, Priority = 10, InForce = true, Matched = true,
                Conditions =
                {
                    new ConditionFinding { Condition = "awarding_body", Expected = "voluntariado.example", Actual = "voluntariado.example", Held = true },
                    new ConditionFinding { Condition = "eqf_level_at_least", Expected = "6", Actual = "6", Held = true },
                },
            },
            new RuleFinding
            {
                RuleId = "R-QA-9", TargetUnit = "AAF-3", Rank = 2, Priority = 5, InForce = true, Matched = false,
                Conditions = { new ConditionFinding { Condition = "quality_assured", Expected = "yes", Actual = "not stated", Held = false } },
            },
        },
        Explanation = { "Three of five target outcomes are covered; the essential outcome LO4 is missing.", "3/5 of 3 ECTS is 1.8, floored to 1.5." },
        Reasons = { "LEARNING_OUTCOMES: The essential outcome LO4 is not covered." },
        Alternatives = { "A bridging task for LO4." },
    };

    private static CaseSummary Summary(RecognitionCase c) => new()
    {
        Institution = c.Institution, CaseId = c.CaseId, Etag = c.Etag, State = c.State, SubmittedBy = c.SubmittedBy, Target = c.Target, DueDate = c.DueDate, Assignee = c.Assignee,
        AchievementTitle = "Coordinación de equipos de voluntariado", SubmitTime = c.SubmitTime, Outcome = c.Decisions.FirstOrDefault()?.Outcome ?? DecisionOutcome.Unspecified,
    };

    private static IEnumerable<CaseSummary> Others()
    {
        (string Title, string Programme, string Due, string Assignee, State State)[] rows =
        [
            ("Estadística aplicada", "L-41", "2026-02-27", "ana", State.Referred), ("Data literacy for public servants", "L-41", "2026-03-02", "ana", State.Assessing),
            ("Primeros auxilios", "L-19", "2026-03-03", "ana", State.Incomplete), ("Digital accessibility", "LM-18", "2026-03-29", "", State.Referred),
        ];
        for (var i = 0; i < rows.Length; i++)
        {
            var (title, programme, due, assignee, state) = rows[i];
            yield return new CaseSummary
            {
                Institution = "uni-roma.example", CaseId = $"00000000000000000000000000000b0{i}", State = state, SubmittedBy = "uni-madrid.example",
                Target = new RecognitionTarget { Programme = programme, Unit = "U-" + i }, AchievementTitle = title, DueDate = due, Overdue = i == 0, Assignee = assignee, SubmitTime = Time(2026, 2, 20 + i, 9),
            };
        }
    }

    private static Timestamp Time(int year, int month, int day, int hour) => Timestamp.FromDateTime(new DateTime(year, month, day, hour, 0, 0, DateTimeKind.Utc));
}
