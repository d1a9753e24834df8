using System.Text.Json.Nodes;
using Google.Protobuf;
using MicroCreds.Cli.Issuing;
using MicroCreds.Cli.Output;
using MicroCreds.Cli.Verification;
using MicroCreds.Credentials;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Pilot;

/// <summary>
/// The job told from beginning to end. Sources: field reference G, scenarios 1 (a volunteering organisation's credential, decided by an officer)
/// and 6 (a partner's credential, granted by a published rule with a converted grade), D.3 and D.4 (grade tables).
/// </summary>
internal sealed class PilotStory(PilotConsortium consortium, PilotNode roma, PilotNode madrid, PilotNode voluntariado, PilotTeller teller, TimeProvider clock)
{
    private const string TableId = "micro-credentials";
    private const string Programme = "L-19";

    private readonly Dictionary<PilotInstitution, byte[]> _credentials = [];
    private readonly List<DeliveredDecision> _delivered = [];

    /// <summary>What was decided and delivered so far, for the summary.</summary>
    public IReadOnlyCollection<JsonObject> Decisions => [.. _delivered.Select(one => one.ToJson())];

    /// <summary>Plays every step after the nodes are up.</summary>
    /// <exception cref="StoryBroken">A step did not hold.</exception>
    public async Task PlayAsync(CancellationToken cancellationToken)
    {
        await teller.PlayAsync("partners_reached", "Calling every node from every other over mutual TLS", roma.Client.Address, () => EchoAsync(cancellationToken));
        await teller.PlayAsync("grade_tables_put", "Handing over grade tables", roma.Client.Address, () => PutGradeTablesAsync(cancellationToken));
        await teller.PlayAsync("tables_published", "Importing spreadsheets", roma.Client.Address, () => PublishAsync(cancellationToken));
        await teller.PlayAsync("credentials_issued", "Issuing sealed credentials", voluntariado.Client.Address, () => Task.FromResult(Issue()));

        RecognitionCase? referred = null;
        await teller.PlayAsync("credential_submitted", "Submitting the organisation's credential", voluntariado.Client.Address, async () =>
        {
            referred = await SubmitAsync(voluntariado, "ALTRE-3", cancellationToken);
            return TellReferral(referred);
        });
        await teller.PlayAsync("decided_by_officer", "The officer reads and decides", roma.Client.Address, () => DecideAsync(referred?.CaseId ?? "", cancellationToken));
        await teller.PlayAsync("decision_received", "Waiting for the decision at the organisation's node", voluntariado.Client.Address, () => DeliverAsync(voluntariado, referred?.CaseId ?? "", cancellationToken));

        RecognitionCase? granted = null;
        await teller.PlayAsync("decided_by_rule", "Submitting the partner university's credential", madrid.Client.Address, async () =>
        {
            granted = await SubmitAsync(madrid, "STAT", cancellationToken);
            return TellGrant(granted);
        });
        await teller.PlayAsync("second_decision_received", "Waiting for the decision at the partner university's node", madrid.Client.Address, () => DeliverAsync(madrid, granted?.CaseId ?? "", cancellationToken));
        await teller.PlayAsync("evidence_verified", "Verifying the exported decisions offline", roma.Client.Address, () => Task.FromResult(VerifyEvidence()));
    }

    private async Task<Told> EchoAsync(CancellationToken cancellationToken)
    {
        PilotNode[] nodes = [roma, madrid, voluntariado];
        var pairs = nodes.SelectMany(from => nodes.Where(to => to != from).Select(to => (from, to))).ToList();
        var answers = await Task.WhenAll(pairs.Select(pair => pair.from.Client.Members.EchoAsync(
            new() { Institution = pair.to.Institution.Organisation.Value, Message = "pilot" }, pair.from.Client.Call(cancellationToken)).ResponseAsync));
        for (var i = 0; i < pairs.Count; i++)
        {
            var (from, to) = pairs[i];
            Expect(answers[i].AnsweredBy == to.Institution.Organisation.Value && answers[i].CallerKind == "partner" && answers[i].CallerName == from.Institution.Organisation.Value && answers[i].TlsVersion == "Tls13",
                $"{to.Institution.Organisation} knows {from.Institution.Organisation} by its TLS 1.3 key", $"'{answers[i].AnsweredBy}' sees {answers[i].CallerKind} '{answers[i].CallerName}' over '{answers[i].TlsVersion}'");
        }
        return new($"Each of the three nodes reached the two others over TLS 1.3, and each knew the caller by the key in the trust list.",
            new() { ["calls"] = pairs.Count, ["tlsVersion"] = "Tls13" });
    }

    private async Task<Told> PutGradeTablesAsync(CancellationToken cancellationToken)
    {
        var tables = new JsonArray();
        foreach (var name in new[] { "uni-roma.grades.json", "uni-madrid.grades.json" })
        {
            var table = JsonParser.Default.Parse<GradeTable>(Ship("tables", name));
            var kept = await roma.Client.Grades.PutGradeTableAsync(new() { RequestId = RequestId.New().Value, Table = table }, roma.Client.Call(cancellationToken));
            tables.Add(new JsonObject { ["organisation"] = kept.Table.Organisation, ["grades"] = kept.Table.Grades.Count });
        }
        return new("uni-roma.example keeps its own grade table and the one uni-madrid.example handed over.", new() { ["tables"] = tables });
    }

    private async Task<Told> PublishAsync(CancellationToken cancellationToken)
    {
        var import = new ImportDraftRequest { RequestId = RequestId.New().Value, TableId = TableId };
        import.Sheets.Add(new Sheet { Kind = Sheet.Types.Kind.Units, FileName = "units.csv", Content = ByteString.CopyFromUtf8(Ship("tables", "units.csv")) });
        import.Sheets.Add(new Sheet { Kind = Sheet.Types.Kind.Outcomes, FileName = "outcomes.csv", Content = ByteString.CopyFromUtf8(Ship("tables", "outcomes.csv")) });
        import.Sheets.Add(new Sheet { Kind = Sheet.Types.Kind.Rules, FileName = "rules.csv", Content = ByteString.CopyFromUtf8(Ship("tables", "rules.csv")) });
        var draft = (await roma.Client.EquivalenceAdmin.ImportDraftAsync(import, roma.Client.Call(cancellationToken))).Draft;
        var table = (await roma.Client.EquivalenceAdmin.PublishDraftAsync(new() { RequestId = RequestId.New().Value, TableId = TableId, Etag = draft.Etag }, roma.Client.Call(cancellationToken))).Table;
        Expect(table is { Version: 1, Units.Count: 2, RuleCount: 2 }, "version 1 with 2 units and 2 rules", $"version {table.Version} with {table.Units.Count} units and {table.RuleCount} rules");
        return new($"uni-roma.example imported its units, outcomes and rules from three spreadsheets and published them as version 1 of the table '{TableId}'.",
            new() { ["table"] = table.TableId, ["version"] = table.Version, ["units"] = table.Units.Count, ["rules"] = table.RuleCount, ["digest"] = table.Digest });
    }

    private Told Issue()
    {
        var now = clock.GetUtcNow();
        var trust = TrustMaterial.Read(consortium.Files.Trust, [], 1, now);
        var verifier = new CredentialVerifier(trust.Issuers);
        var told = new JsonArray();
        foreach (var (institution, name) in new[] { (PilotInstitution.Voluntariado, "volunteering"), (PilotInstitution.Madrid, "statistics") })
        {
            var claims = PilotClaims.Of(name, now);
            var file = consortium.Files.At("credentials", $"{name}.claims.json");
            File.WriteAllText(file, PilotClaims.Text(claims));
            var credential = IssueCommand.Issue(IssueCommand.ReadClaims(claims.ToJsonString(), file), consortium.SealOf(institution), now, file);
            File.WriteAllBytes(consortium.Files.At("credentials", $"{name}.jsonld"), credential);
            _credentials[institution] = credential;
            var verdict = VerifyCommand.Verify($"{name}.jsonld", credential, verifier, trust, now);
            Expect(verdict.Verdict == "ACCEPT", $"the credential of {institution.Organisation} verifies offline", $"{verdict.Verdict} because of {string.Join(", ", verdict.Reasons)}");
            told.Add(new JsonObject { ["issuer"] = institution.Organisation.Value, ["title"] = (string?)claims["title"], ["ectsHundredths"] = (int?)claims["credits"], ["digest"] = verdict.Digest, ["verdict"] = verdict.Verdict });
        }
        return new("voluntariado.example sealed a European Digital Credential of 3 ECTS, EQF level 6, 75 hours; uni-madrid.example one of 6 ECTS with the grade NT (8.0). Both verify offline.", new() { ["credentials"] = told });
    }

    private async Task<RecognitionCase> SubmitAsync(PilotNode from, string unit, CancellationToken cancellationToken) => (await from.Client.Recognition.SubmitCredentialAsync(new()
    {
        RequestId = RequestId.New().Value,
        Institution = PilotInstitution.Roma.Organisation.Value,
        Credential = ByteString.CopyFrom(_credentials[from.Institution]),
        Target = new() { Programme = Programme, Unit = unit },
        Purpose = "Recognition towards the degree programme",
        ContactLanguage = "es",
        ConsentReference = "pilot-consent",
    }, from.Client.Call(cancellationToken))).RecognitionCase;

    private static Told TellReferral(RecognitionCase one)
    {
        var proposal = one.Assessment;
        Expect(one.State == RecognitionCase.Types.State.Referred && one.Track == RecognitionTrack.Validation, "the case is before an officer on the validation track", $"{PlainText.Of(one.State)}, {PlainText.Of(one.Track)}");
        Expect(proposal is { ProposedOutcome: "full", GrantedEctsCreditsHundredths: 300 }, "the proposal is full, 3 ECTS", $"'{proposal?.ProposedOutcome}', {PlainText.Credits(proposal?.GrantedEctsCreditsHundredths ?? 0)} ECTS");
        Expect(proposal?.Coverage is { Covered.Count: 5, Missing.Count: 0 }, "all 5 outcomes are covered", $"{proposal?.Coverage?.Covered.Count ?? 0} covered, {proposal?.Coverage?.Missing.Count ?? 0} missing");
        return new($"Its node sent it to uni-roma.example, which verified it, compared it with its published table and put it before an officer: no rule may grant it alone ({string.Join(", ", one.ReferralReasons)}). The proposal is full recognition, 3 ECTS; 5 of 5 outcomes are covered. Case {one.CaseId}, due {one.DueDate}.", new()
        {
            ["case"] = one.CaseId, ["state"] = PlainText.Of(one.State), ["track"] = PlainText.Of(one.Track), ["referralReasons"] = new JsonArray([.. one.ReferralReasons.Select(reason => (JsonNode?)reason)]),
            ["proposedOutcome"] = proposal?.ProposedOutcome, ["proposedEctsHundredths"] = proposal?.GrantedEctsCreditsHundredths, ["outcomesCovered"] = proposal?.Coverage?.Covered.Count, ["dueDate"] = one.DueDate,
        });
    }

    private async Task<Told> DecideAsync(string caseId, CancellationToken cancellationToken)
    {
        var read = (await roma.Client.Recognition.GetCaseAsync(new() { CaseId = caseId }, roma.Client.Call(cancellationToken))).RecognitionCase;
        var decided = (await roma.Client.Assessment.DecideCaseAsync(new()
        {
            Change = new() { RequestId = RequestId.New().Value, CaseId = caseId, Etag = read.Etag },
            Decision = new() { Outcome = DecisionOutcome.Full, Statement = "All learning outcomes of the unit are shown." },
        }, roma.Client.Call(cancellationToken))).RecognitionCase;
        var decision = InEffect(decided);
        Expect(decision is { Outcome: DecisionOutcome.Full, DecidedBy: Decision.Types.DecidedBy.Officer, Lines: [{ GrantedEctsCreditsHundredths: 300, GrantedGrade: "" }] }, "an officer granted 3 ECTS without grade", Describe(decision));
        Remember(decided, decision);
        return new("The officer granted it in full: 3 ECTS, passed without grade; the original 3 ECTS, 75 hours and 'Apto' stand beside it in the decision.", new()
        {
            ["case"] = caseId, ["outcome"] = Word(decision.Outcome), ["decidedBy"] = "officer", ["grantedEctsHundredths"] = 300, ["claimedGrade"] = decision.Lines[0].ClaimedGrade, ["claimedVolume"] = decision.Lines[0].ClaimedVolumeOfLearning,
        });
    }

    private Told TellGrant(RecognitionCase one)
    {
        var decision = InEffect(one);
        Expect(decision is { Outcome: DecisionOutcome.Full, DecidedBy: Decision.Types.DecidedBy.Rule, Lines: [{ GrantedEctsCreditsHundredths: 600, GrantedGrade: "28" }] }, "a rule granted 6 ECTS with grade 28", Describe(decision));
        Remember(one, decision);
        var overlaps = decision.Lines[0].Conversion?.Overlaps ?? [];
        return new($"uni-roma.example granted it at once by its published rule {decision.RuleId}: 6 ECTS, and NT (8.0) became 28, the average of {string.Join(", ", overlaps.Select(overlap => $"{overlap.Label} ({PlainText.Credits(overlap.ShareHundredthsPercent)} %)"))}. Case {one.CaseId}.", new()
        {
            ["case"] = one.CaseId, ["outcome"] = Word(decision.Outcome), ["decidedBy"] = "rule", ["rule"] = decision.RuleId, ["grantedEctsHundredths"] = 600, ["claimedGrade"] = decision.Lines[0].ClaimedGrade, ["grantedGrade"] = decision.Lines[0].GrantedGrade,
            ["overlaps"] = new JsonArray([.. overlaps.Select(overlap => new JsonObject { ["grade"] = overlap.Label, ["shareHundredthsPercent"] = overlap.ShareHundredthsPercent })]),
        });
    }

    private async Task<Told> DeliverAsync(PilotNode receiver, string caseId, CancellationToken cancellationToken)
    {
        var delivered = _delivered.Single(one => one.CaseId == caseId);
        await delivered.WaitAsync(roma, receiver, clock, cancellationToken);
        Expect(delivered.Agree, "both sides hold the same statement and the same receipt", delivered.ToJson().ToJsonString());
        File.WriteAllBytes(consortium.Files.At("evidence", $"{caseId}.json"), delivered.Export());
        return new($"The signed decision reached {receiver.Institution.Organisation}, which verified it, stored it and gave its receipt. Both sides hold the same bytes: {delivered.DigestAtSender}.", new()
        {
            ["case"] = caseId, ["digestAtSender"] = delivered.DigestAtSender, ["digestAtReceiver"] = delivered.DigestAtReceiver, ["receiptDigest"] = delivered.ReceiptDigest, ["sequence"] = delivered.Sequence,
        });
    }

    private Told VerifyEvidence()
    {
        var now = clock.GetUtcNow();
        var trust = TrustMaterial.Read(consortium.Files.Trust, [], 1, now);
        var verifier = new CredentialVerifier(trust.Issuers);
        var files = new JsonArray();
        foreach (var delivered in _delivered)
        {
            var path = consortium.Files.At("evidence", $"{delivered.CaseId}.json");
            var verdict = VerifyCommand.Verify(path, File.ReadAllBytes(path), verifier, trust, now);
            Expect(verdict.Verdict == "ACCEPT" && verdict.Digest == delivered.DigestAtReceiver && verdict.Checks.All(check => check.Result == "OK"),
                "the exported decision and its receipt verify with the keys of the trust list", $"{verdict.Verdict}: {string.Join("; ", verdict.Checks.Select(check => check.Evidence))}");
            files.Add(new JsonObject { ["case"] = delivered.CaseId, ["verdict"] = verdict.Verdict, ["digest"] = verdict.Digest });
        }
        return new("Both decisions were exported and verified offline with the trust list alone.", new() { ["files"] = files });
    }

    private void Remember(RecognitionCase one, Decision decision) => _delivered.Add(new DeliveredDecision(one.CaseId)
    {
        Outcome = Word(decision.Outcome),
        DecidedBy = decision.DecidedBy == Decision.Types.DecidedBy.Rule ? "rule" : "officer",
        ClaimedHundredths = decision.Lines.Sum(line => line.ClaimedEctsCreditsHundredths),
        GrantedHundredths = decision.Lines.Sum(line => line.GrantedEctsCreditsHundredths),
    });

    private string Ship(string folder, string name)
    {
        var text = PilotFiles.Shipped(name);
        File.WriteAllText(consortium.Files.At(folder, name), text);
        return text;
    }

    private static Decision InEffect(RecognitionCase one) =>
        one.Decisions.FirstOrDefault(decision => decision.InEffect) ?? throw Unexpected("the case is decided", $"it is {PlainText.Of(one.State)} ({string.Join(", ", one.ReferralReasons)}) {string.Join(' ', one.Assessment?.Explanation ?? [])}");

    private static string Describe(Decision decision) =>
        $"{PlainText.Of(decision.Outcome)} by {PlainText.Of(decision.DecidedBy)}, {string.Join("; ", decision.Lines.Select(line => $"{PlainText.Credits(line.GrantedEctsCreditsHundredths)} ECTS, grade '{line.GrantedGrade}'"))}";

    private static string Word(DecisionOutcome outcome) => PlainText.Of(outcome).Replace(' ', '_');

    private static void Expect(bool held, string expected, string found)
    {
        if (!held) throw Unexpected(expected, found);
    }

    private static CommandFailure Unexpected(string expected, string found) => CommandFailure.Of($"Expected that {expected}; found: {found}.", "The logs of the nodes say more; --directory keeps them.");
}
