using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Cli;

public sealed class CaseCommandTests
{
    private static readonly RecognitionCase Decided = new()
    {
        Institution = "uni-a.example", CaseId = "0123", State = RecognitionCase.Types.State.Decided, SubmitTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch),
        Target = new() { Programme = "L-19", Unit = "STAT" },
        Decisions =
        {
            new Decision
            {
                Version = 1, Outcome = DecisionOutcome.Partial, DecidedBy = Decision.Types.DecidedBy.Officer, InEffect = true,
                Lines = { new DecisionLine { AchievementTitle = "[red]Título[/]", ClaimedEctsCreditsHundredths = 300, GrantedEctsCreditsHundredths = 150, Outcome = DecisionOutcome.Partial, Unit = "STAT" }, new DecisionLine { AchievementTitle = "Lab", Benefit = "exemption", Outcome = DecisionOutcome.Full, Unit = "LAB" } },
            },
        },
        History = { new CaseHistoryEntry { Number = 1, Event = "information_provided", Actor = "uni-b.example", Summary = "Answered: M9.", Remarks = "M9: By [b]portfolio[/]." } },
    };

    [Fact]
    public async Task shows_a_case_to_people_and_never_reads_its_texts_as_markup()
    {
        await using var node = await ScriptedNode.StartAsync(new() { Answer = _ => new GetCaseResponse { RecognitionCase = Decided } });

        var run = await CommandLine.RunAsync("case", "show", "0123", "--node", node.Address);

        Assert.Equal(0, run.ExitCode);
        foreach (var part in new[] { "uni-a.example", "decided", "[red]Título[/]", "1.5", "partial", "exemption", "Answered: M9.", "M9: By [b]portfolio[/]." }) Assert.Contains(part, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task shows_a_case_to_programs_as_one_object_in_the_contracts_own_names()
    {
        await using var node = await ScriptedNode.StartAsync(new() { Answer = _ => new GetCaseResponse { RecognitionCase = Decided } });

        var run = await CommandLine.RunAsync("case", "show", "0123", "--node", node.Address, "--json");

        var read = JsonParser.Default.Parse<RecognitionCase>(Assert.Single(run.Json).ToJsonString());
        Assert.Equal(Decided, read);
        Assert.Equal("", (string?)run.Json[0]["assignee"]);
    }

    [Fact]
    public async Task credentials_are_verified_again_on_the_case_as_it_was_seen()
    {
        VerifyCaseRequest? sent = null;
        await using var node = await ScriptedNode.StartAsync(new() { Answer = request => { sent = request as VerifyCaseRequest; return new VerifyCaseResponse { RecognitionCase = Decided }; } });

        var run = await CommandLine.RunAsync("case", "verify", "0123", "--etag", "7", "--node", node.Address);

        Assert.Equal((0, "0123", "7", true), (run.ExitCode, sent!.Change.CaseId, sent.Change.Etag, Guid.TryParse(sent.Change.RequestId, out _)));
    }

    [Fact]
    public async Task a_second_officer_approves_or_sends_back_the_case_as_it_was_seen()
    {
        var sent = new List<IMessage>();
        var waiting = Decided.Clone();
        (waiting.State, waiting.ProposedDecision) = (RecognitionCase.Types.State.AwaitingApproval, new() { ProposedBy = "olga", Decision = Decided.Decisions[0] });
        await using var node = await ScriptedNode.StartAsync(new()
        {
            Answer = request =>
            {
                sent.Add(request);
                return request switch { ApproveDecisionRequest => new ApproveDecisionResponse { RecognitionCase = Decided }, SendBackDecisionRequest => new SendBackDecisionResponse { RecognitionCase = Decided }, _ => new GetCaseResponse { RecognitionCase = waiting } };
            },
        });

        var shown = await CommandLine.RunAsync("case", "show", "0123", "--node", node.Address);
        var runs = (await CommandLine.RunAsync("case", "approve", "0123", "--etag", "7", "--node", node.Address), await CommandLine.RunAsync("case", "send-back", "0123", "--etag", "7", "--reason", "Which level?", "--node", node.Address));

        Assert.Contains("Proposed by olga", shown.Output, StringComparison.Ordinal);
        Assert.Equal((0, 0), (runs.Item1.ExitCode, runs.Item2.ExitCode));
        Assert.Equal(("7", "7", "Which level?"), (Assert.Single(sent.OfType<ApproveDecisionRequest>()).Change.Etag, Assert.Single(sent.OfType<SendBackDecisionRequest>()).Change.Etag, sent.OfType<SendBackDecisionRequest>().Single().Reason));
    }

    [Fact]
    public async Task several_cases_are_decided_alike_with_a_line_for_each()
    {
        var sent = new List<IMessage>();
        CaseAnswer[] answers =
        [
            new() { CaseId = "a", ChangedCase = new() { State = RecognitionCase.Types.State.Decided, Decision = Decided.Decisions[0] } },
            new() { CaseId = "b", Refusal = new() { Code = 9, Message = "The case has no proposal.", Details = { Any.Pack(ScriptedNode.Info("CASE_STATE_CONFLICT")) } } },
        ];
        await using var node = await ScriptedNode.StartAsync(new()
        {
            Answer = request =>
            {
                sent.Add(request);
                return request is AssignCasesRequest ? new AssignCasesResponse { Answers = { answers[0] } } : new DecideCasesResponse { Answers = { answers } };
            },
        });

        var tried = await CommandLine.RunAsync("case", "decide", "a", "b", "--as-proposed", "--validate-only", "--statement", "Well done.", "--node", node.Address);
        var alike = await CommandLine.RunAsync("case", "decide", "a", "b", "--outcome", "full", "--json", "--node", node.Address);
        var assigned = await CommandLine.RunAsync("case", "assign", "a", "olga", "--also", "b", "--node", node.Address);

        var (first, second) = ((DecideCasesRequest)sent[0], (DecideCasesRequest)sent[1]);
        Assert.Equal((true, null, "Well done.", "a,b"), (first.ValidateOnly, first.Decision, first.Statement, string.Join(',', first.Cases.Select(c => c.CaseId))));
        Assert.Equal((false, DecisionOutcome.Full), (second.ValidateOnly, second.Decision.Outcome));
        Assert.Equal((1, 1, 0), (tried.ExitCode, alike.ExitCode, assigned.ExitCode));
        Assert.Contains("Case a would be decided, partial with 1.5 ECTS.", tried.Output, StringComparison.Ordinal);
        Assert.Contains("Case b: CASE_STATE_CONFLICT. The case has no proposal.", tried.Output, StringComparison.Ordinal);
        Assert.Equal(["DECIDED", "CASE_STATE_CONFLICT"], alike.Json.Select(l => ((string?)l["changedCase"]?["state"])?["STATE_".Length..] ?? (string)l["error"]!["reason"]!));
        Assert.Equal("a,b", string.Join(',', ((AssignCasesRequest)sent[2]).Cases.Select(c => c.CaseId)));
        Assert.Equal(2, (await CommandLine.RunAsync("case", "decide", "a", "b", "--as-proposed", "--etag", "3", "--node", node.Address)).ExitCode);
        Assert.Equal(2, (await CommandLine.RunAsync("case", "decide", "a", "--as-proposed", "--outcome", "full", "--node", node.Address)).ExitCode);
    }

    [Fact]
    public async Task submits_a_folder_file_by_file_and_sends_again_what_was_not_answered()
    {
        using var folder = new Storage.TemporaryDirectory();
        var files = Enumerable.Range(0, 5).Select(i => folder.File($"{i}.json")).ToArray();
        for (var i = 0; i < files.Length; i++) await File.WriteAllTextAsync(files[i], $"file {Math.Min(i, 3)}");
        await File.WriteAllTextAsync(folder.File(".hidden"), "file 9");
        var (asked, busy) = (new List<SubmitCredentialRequest>(), 0);
        await using var node = await ScriptedNode.StartAsync(new()
        {
            Answer = message =>
            {
                var request = (SubmitCredentialRequest)message;
                asked.Add(request);
                if (request.Credential.ToStringUtf8() == "file 1") return new SubmitCredentialsResponse { Refusal = new() { Code = 3, Message = "No credential." } };
                // The stream breaks once, amid the files.
                if (request.Credential.ToStringUtf8() == "file 2" && busy++ == 0) throw ScriptedNode.Refusal(Grpc.Core.StatusCode.Unavailable, "Away.");
                return new SubmitCredentialsResponse { RecognitionCase = new() { CaseId = request.Credential.ToStringUtf8(), State = RecognitionCase.Types.State.Referred } };
            },
        });
        string[] command = ["submit", folder.File(""), "--to", "uni-a.example", "--programme", "L-19", "--unit", "STAT", "--request-id", "0191d3c2-7a4b-7000-8000-1b2c3d4e5f60", "--node", node.Address];

        var run = await CommandLine.RunAsync([.. command, "--json"]);

        // One line for each file; two files of one content are one application.
        Assert.Equal((1, 5), (run.ExitCode, run.Json.Count));
        Assert.Equal(["file 0", "INVALID_ARGUMENT", "file 2", "file 3", "file 3"], files.Select(f => run.Json.Single(l => (string)l["file"]! == f)).Select(l => (string?)l["recognitionCase"]?["caseId"] ?? (string)l["error"]!["code"]!));
        Assert.Equal(4, asked.Select(a => a.RequestId).Distinct().Count());
        Assert.All(asked, a => Assert.True(Guid.TryParse(a.RequestId, out _)));
        Assert.Equal(("uni-a.example", "L-19", "STAT"), (asked[0].Institution, asked[0].Target.Programme, asked[0].Target.Unit));
        // The same again is known by the same ids.
        var before = asked.Select(a => a.RequestId).ToHashSet();
        File.Delete(files[1]);
        var again = await CommandLine.RunAsync(command);
        Assert.Equal(0, again.ExitCode);
        Assert.Subset(before, asked.Select(a => a.RequestId).ToHashSet());
        Assert.Contains("4.json: case file 3, referred.", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task says_which_files_a_node_that_is_away_left_unanswered()
    {
        using var folder = new Storage.TemporaryDirectory();
        var file = folder.File("a.json");
        await File.WriteAllTextAsync(file, "{}");
        await using var node = await ScriptedNode.StartAsync(new() { Answer = _ => new SubmitCredentialsResponse { Refusal = new() { Code = 14, Message = "Busy." } } });
        var run = await CommandLine.RunAsync("submit", file, folder.File("b.json"), "--bulk", "--to", "uni-a.example", "--programme", "L-19", "--unit", "STAT", "--json", "--node", node.Address);
        Assert.Equal((1, 2), (run.ExitCode, run.Json.Count));
        Assert.Equal(["There is no such file.", "The node took the file and was too busy to answer."], run.Json.Select(l => (string)l["error"]!["message"]!));
        Assert.Contains("--request-id", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("elm", ExportDecisionRequest.Types.Format.Elm)]
    [InlineData("elmo", ExportDecisionRequest.Types.Format.Elmo)]
    public async Task a_decision_is_written_byte_for_byte_as_the_node_gave_it(string name, ExportDecisionRequest.Types.Format format)
    {
        ExportDecisionRequest? asked = null;
        await using var node = await ScriptedNode.StartAsync(new()
        {
            Answer = request =>
            {
                asked = (ExportDecisionRequest)request;
                return new ExportDecisionResponse { Content = ByteString.CopyFrom(0xEF, 0xBB, 0x00, 0xFF), MediaType = "application/xml", FileName = "../../x.xml", Version = 2 };
            },
        });
        var file = Path.GetTempFileName();
        try
        {
            var run = await CommandLine.RunAsync("case", "export", "0123", "--format", name, "--out", file, "--node", node.Address, "--json");
            Assert.Equal(0, run.ExitCode);
            Assert.Equal(("0123", format), (asked!.CaseId, asked.Format));
            Assert.Equal(new byte[] { 0xEF, 0xBB, 0x00, 0xFF }, await File.ReadAllBytesAsync(file));
            Assert.Equal((file, "application/xml", 2, 4), ((string?)run.Json[0]["file"], (string?)run.Json[0]["mediaType"], (int?)run.Json[0]["version"], (int?)run.Json[0]["bytes"]));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task the_issuer_is_asked_for_every_element_that_is_missing()
    {
        var incomplete = Decided.Clone();
        incomplete.Verifications.Add(new Verification
        {
            Findings =
            {
                new CredentialFinding { Kind = CredentialFinding.Types.Kind.Mandatory, Code = "M6", Standing = CredentialFinding.Types.Standing.Met },
                new CredentialFinding { Kind = CredentialFinding.Types.Kind.Mandatory, Code = "M9", Standing = CredentialFinding.Types.Standing.Missing, Missing = "state the type of assessment", Place = "hasClaim.provenBy", Source = "Annex I" },
                new CredentialFinding { Kind = CredentialFinding.Types.Kind.Criterion, Code = "testing", Standing = CredentialFinding.Types.Standing.Missing, Missing = "an assessment" },
            },
        });
        var script = new ScriptedNode.Script
        {
            Answer = request => request is GetCaseRequest ? new GetCaseResponse { RecognitionCase = incomplete } : new RequestInformationResponse { RecognitionCase = incomplete },
        };
        await using var node = await ScriptedNode.StartAsync(script);
        var run = await CommandLine.RunAsync("case", "ask", "0123", "--missing", "--due", "2026-04-01", "--node", node.Address);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        var asked = script.Asked.OfType<RequestInformationRequest>().Single();
        Assert.Equal(("issuer", "M9", "Please state the type of assessment (hasClaim.provenBy). Annex I, M9."), (asked.AskedOf, Assert.Single(asked.Items).Code, asked.Items[0].Text));

        incomplete.Verifications.Clear();
        Assert.Equal(1, (await CommandLine.RunAsync("case", "ask", "0123", "--missing", "--due", "2026-04-01", "--node", node.Address)).ExitCode);
    }

    [Fact]
    public async Task a_list_follows_every_page_and_writes_one_object_per_line()
    {
        var script = new ScriptedNode.Script
        {
            Answer = request => ((ListCasesRequest)request).PageToken switch
            {
                "" => new ListCasesResponse { Cases = { new CaseSummary { CaseId = "1" }, new CaseSummary { CaseId = "2" } }, NextPageToken = "next" },
                _ => new ListCasesResponse { Cases = { new CaseSummary { CaseId = "3" } } },
            },
        };
        await using var node = await ScriptedNode.StartAsync(script);

        var run = await CommandLine.RunAsync("case", "list", "--node", node.Address, "--institution", "uni-a.example", "--state", "appeal-upheld", "--json");

        Assert.Equal(["1", "2", "3"], run.Json.Select(line => (string?)line["caseId"]));
        var first = Assert.IsType<ListCasesRequest>(script.Asked[0]);
        Assert.Equal("uni-a.example", first.Institution);
        Assert.Equal([RecognitionCase.Types.State.AppealUpheld], first.States);
    }

    [Fact]
    public async Task a_watch_writes_each_message_with_its_cursor_and_ends_after_the_number_asked()
    {
        await using var node = await ScriptedNode.StartAsync(new() { Answer = _ => new WatchCasesResponse { Cursor = "7", RecognitionCase = new() { CaseId = "0123" } } });

        var run = await CommandLine.RunAsync("case", "watch", "--count", "1", "--node", node.Address, "--json");

        Assert.Equal("7", (string?)Assert.Single(run.Json)["cursor"]);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task a_submission_sends_the_files_bytes_a_token_from_the_environment_and_a_deadline()
    {
        var file = Path.GetTempFileName();
        try
        {
            byte[] bytes = [0, 255, 10, 13];
            await File.WriteAllBytesAsync(file, bytes);
            var script = new ScriptedNode.Script { Answer = _ => new SubmitCredentialResponse { RecognitionCase = Decided } };
            await using var node = await ScriptedNode.StartAsync(script);
            var before = TimeProvider.System.GetUtcNow().UtcDateTime;

            var run = await CommandLine.RunAsync(new Dictionary<string, string> { ["MCF_NODE"] = node.Address, ["MCF_TOKEN"] = "the-token" },
                "submit", file, "--to", "uni-a.example", "--programme", "L-19", "--unit", "STAT", "--json");

            Assert.Equal(0, run.ExitCode);
            var request = Assert.IsType<SubmitCredentialRequest>(Assert.Single(script.Asked));
            Assert.Equal(bytes, request.Credential.ToByteArray());
            Assert.Equal(("uni-a.example", "L-19", "STAT"), (request.Institution, request.Target.Programme, request.Target.Unit));
            Assert.Equal(36, request.RequestId.Length);
            Assert.Equal("Bearer the-token", script.Authorization);
            Assert.InRange(script.Deadline, before, before.AddSeconds(30));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task a_missing_file_is_named_and_nothing_is_sent()
    {
        var run = await CommandLine.RunAsync("submit", "no-such-file.jsonld", "--to", "uni-a.example", "--programme", "P", "--unit", "U", "--node", "http://127.0.0.1:1", "--json");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("no-such-file.jsonld", (string?)Assert.Single(run.Json)["error"]!["where"]);
    }
}
