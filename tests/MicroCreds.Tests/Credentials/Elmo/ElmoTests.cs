using System.Text;
using MicroCreds.Credentials;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;
using MicroCreds.Tests.Credentials.XmlSignature;

namespace MicroCreds.Tests.Credentials.Elmo;

public sealed class ElmoTests
{
    private static readonly XmlSigner Sha1 = new() { Algorithm = "http://www.w3.org/2000/09/xmldsig#rsa-sha1", DigestAlgorithm = "http://www.w3.org/2000/09/xmldsig#sha1" };

    [Fact]
    public void accepts_and_maps_a_transcript_with_one_result_that_a_rule_may_grant()
    {
        var report = Transcripts.Verify(Transcripts.Sign(Transcripts.Of(Transcripts.Statistics)));
        Assert.Equal(Verdict.Accept, report.Verdict);
        Assert.Equal(CredentialFormat.Elmo, report.Format);
        Assert.Equal((Transcripts.University, Transcripts.University), (report.IssuerId, report.AwardingBodyId));
        Assert.Equal("urn:schac:personalUniqueCode:int:esi:de:0000007", report.Holder!.Identifier);
        Assert.Equal(("Ana Prueba", new DateOnly(2001, 2, 3)), (report.Holder.FullName, report.Holder.BornOn));
        Assert.Equal(new DateTimeOffset(2026, 7, 15, 10, 0, 0, TimeSpan.FromHours(2)), report.IssuedAt);
        Assert.Empty(report.FurtherAchievements);
        Assert.Empty(report.MissingElements);
        Assert.Contains("Transcript of Records", report.Check(CheckKind.Format).Evidence, StringComparison.Ordinal);
        Assert.True(CredentialSummary.Of(report).AllowsAutomaticGrant);
        Assert.Equal(
            [(RoleKind.Sealer, "schac:uni-a.example", "key registered by trust list serial 1"), (RoleKind.Issuer, "University A", "named as issuer in the credential"), (RoleKind.AwardingBody, "University A", "is the issuer")],
            report.Roles.Select(r => (r.Kind, r.Name, r.Basis)));

        var achievement = report.Achievement!;
        Assert.Equal(("Statistics I", "Statistik I"), (achievement.Title.In("en"), achievement.Title.In("de")));
        Assert.Equal(["STAT-101"], achievement.Codes.AsEnumerable());
        Assert.Equal(600, achievement.Credits!.Value.Hundredths);
        Assert.Equal(new AchievedGrade("1,7", "1,0 bis 5,0"), achievement.Grade);
        Assert.Equal((6, ResultStatus.Passed, new DateOnly(2026, 6, 30)), (achievement.EqfLevel, achievement.Status, achievement.AwardedOn));
        Assert.Equal(["de"], achievement.Languages.AsEnumerable());
        Assert.Equal(["0542"], achievement.IscedFields.AsEnumerable());
        // Hours of contact are not the whole work.
        Assert.Null(achievement.Volume);
        Assert.Equal(2700, achievement.ActivityVolume!.Minutes);
        var body = achievement.AwardingBodies.Single();
        Assert.Equal(("University A", "DEU"), (body.LegalName.In("en"), body.CountryCode));
        Assert.Equal(["schac:uni-a.example", "erasmus:D UNIA01"], body.Identifiers.AsEnumerable());
        Assert.Equal(["https://uni-a.example"], body.HomePages.AsEnumerable());
    }

    [Fact]
    public void notices_every_changed_value()
    {
        var file = Transcripts.Sign(Transcripts.Of(Transcripts.Statistics));
        var verifier = new CredentialVerifier([Transcripts.Member]);
        var seen = 0;
        foreach (var (at, _) in XmlSealTests.Values(file))
        {
            var changed = (byte[])file.Clone();
            changed[at] = changed[at] == (byte)'8' ? (byte)'9' : (byte)'8';
            Assert.True(verifier.Verify(changed, Transcripts.At).Verdict == Verdict.Reject, $"byte {at} was changed and not noticed");
            seen++;
        }
        Assert.True(seen > 1000, $"{seen}");
    }

    [Fact]
    public void shows_several_results_passed_ones_first_and_leaves_the_choice_to_a_person()
    {
        var report = Transcripts.Verify(Transcripts.Sign(Transcripts.Of(Transcripts.Course("Failed", "5", "failed") + Transcripts.Course("Running", "4", "in-progress") + Transcripts.Course("Passed", "2.5") + Transcripts.Course("Also passed", "3", "passed"))));
        Assert.Equal(Verdict.Accept, report.Verdict);
        Assert.False(CredentialSummary.Of(report).AllowsAutomaticGrant);
        Assert.Equal(
            [("Passed", 250, ResultStatus.Passed), ("Also passed", 300, ResultStatus.Passed), ("Running", 400, ResultStatus.InProgress), ("Failed", 500, ResultStatus.Failed)],
            new[] { report.Achievement! }.Concat(report.FurtherAchievements).Select(a => (a.Title.In("en"), a.Credits!.Value.Hundredths, a.Status)));
    }

    [Fact]
    public void does_not_take_an_unknown_status_for_passed()
    {
        var report = Transcripts.Verify(Transcripts.Sign(Transcripts.Of(Transcripts.Course("Odd", "5", "withdrawn"))));
        Assert.Equal((Verdict.Hold, ResultStatus.InProgress), (report.Verdict, report.Achievement!.Status));
        Assert.Equal([ReasonClass.SchemaInvalid], report.Reasons.AsEnumerable());
    }

    [Fact]
    public void holds_credits_that_stand_on_a_whole_and_on_its_part()
    {
        var part = Transcripts.Course("Part", "6");
        var report = Transcripts.Verify(Transcripts.Sign(Transcripts.Of(Transcripts.Course("Whole", "12", parts: $"<hasPart>{part}</hasPart>"))));
        Assert.Equal(Verdict.Hold, report.Verdict);
        Assert.Contains("counted twice", report.Check(CheckKind.Schema).Evidence, StringComparison.Ordinal);
        Assert.Equal(["Part"], report.FurtherAchievements.Select(a => a.Title.In("en")));
    }

    [Theory]
    [InlineData("2,5", Verdict.Reject)]
    [InlineData("-1", Verdict.Reject)]
    [InlineData("2.50000", Verdict.Accept)]
    public void reads_credits_strictly(string credits, Verdict verdict) => Assert.Equal(verdict, Transcripts.Verify(Transcripts.Sign(Transcripts.Of(Transcripts.Course("Course", credits)))).Verdict);

    [Fact]
    public void reads_what_emrex_packed_and_bounds_what_it_unpacks()
    {
        var file = Transcripts.Sign(Transcripts.Of(Transcripts.Statistics));
        var report = Transcripts.Verify(Transcripts.Pack(file));
        Assert.Equal((Verdict.Accept, CredentialFormat.Elmo), (report.Verdict, report.Format));

        var bomb = Transcripts.Pack([.. "<elmo>"u8, .. new byte[64 * 1024 * 1024]]);
        Assert.True(bomb.Length < 200_000);
        foreach (var broken in (byte[][])[bomb, Transcripts.Pack(file)[..^200]])
            Assert.Equal([ReasonClass.Malformed], Transcripts.Verify(broken).Reasons.AsEnumerable());
        foreach (var other in (byte[][])[[.. Transcripts.Pack(file)[..^40], .. "!!!!"u8], "H4sIAAAA"u8.ToArray()])
            Assert.Equal([ReasonClass.UnsupportedFormat], Transcripts.Verify(other).Reasons.AsEnumerable());
    }

    [Fact]
    public void refuses_an_unsigned_transcript_and_shows_what_it_says()
    {
        var report = Transcripts.Verify(Encoding.UTF8.GetBytes(Transcripts.Of(Transcripts.Statistics)));
        Assert.Equal(Verdict.Reject, report.Verdict);
        Assert.Equal([ReasonClass.NoProof], report.Reasons.AsEnumerable());
        Assert.Equal("Statistics I", report.Achievement!.Title.In("en"));
        Assert.Null(report.IssuerId);
    }

    [Fact]
    public void shows_nothing_under_a_key_that_nobody_registered()
    {
        var report = Transcripts.Verify(Transcripts.Sign(Transcripts.Of(Transcripts.Statistics)), Seals.Member);
        Assert.Equal([ReasonClass.KeyUnresolvable], report.Reasons.AsEnumerable());
        Assert.Null(report.Achievement);
        report = Transcripts.Verify(Transcripts.Sign(Transcripts.Of(Transcripts.Statistics), new XmlSigner { Signer = XmlSigner.Stranger }));
        Assert.Equal([ReasonClass.ProofInvalid], report.Reasons.AsEnumerable());
        Assert.Null(report.Achievement);
    }

    [Theory]
    // Another's domain beside the own one; the own code with another's domain; two registered names of two owners.
    [InlineData("""<identifier type="schac">uni-a.example</identifier><identifier type="schac">uni-b.example</identifier>""")]
    [InlineData("""<identifier type="pic">999</identifier><identifier type="schac">uni-c.example</identifier>""")]
    [InlineData("""<identifier type="pic">999</identifier><identifier type="erasmus">B UNIB01</identifier>""")]
    public void refuses_a_registered_signer_who_names_another_issuer(string issuer)
    {
        TrustedIssuer[] trusted =
        [
            Transcripts.Registered(Transcripts.University, "schac:uni-a.example", XmlSigner.Rsa), Transcripts.Registered(Transcripts.University, "pic:999", XmlSigner.Rsa),
            Transcripts.Registered(OrganisationId.Parse("uni-b.example"), "erasmus:B UNIB01", XmlSigner.P256),
        ];
        var report = Transcripts.Verify(Transcripts.Sign(Transcripts.Of(Transcripts.Statistics, issuer)), trusted);
        Assert.Equal(Verdict.Reject, report.Verdict);
        Assert.Equal([ReasonClass.IssuerBinding], report.Reasons.AsEnumerable());
        Assert.Null(report.IssuerId);
    }

    [Fact]
    public void accepts_one_key_for_the_institutions_that_it_is_registered_for()
    {
        // A national contact point of EMREX signs for all institutions of its country.
        TrustedIssuer[] trusted = [Transcripts.Registered(null, "erasmus:D UNIA01", XmlSigner.P256), Transcripts.Registered(null, "erasmus:D UNIB01", XmlSigner.P256)];
        byte[] Of(string code) => Transcripts.Sign(Transcripts.Of(Transcripts.Statistics, $"<identifier type=\"erasmus\">{code}</identifier>"), new XmlSigner { Signer = XmlSigner.P256, Algorithm = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256" });
        Assert.Equal(Verdict.Accept, Transcripts.Verify(Of("D UNIA01"), trusted).Verdict);
        Assert.Equal(Verdict.Accept, Transcripts.Verify(Of("D UNIB01"), trusted).Verdict);
        Assert.Equal([ReasonClass.KeyUnresolvable], Transcripts.Verify(Of("D UNIC01"), trusted).Reasons.AsEnumerable());
    }

    [Fact]
    public void accepts_a_certificate_that_is_pinned_for_the_member_and_asks_a_person_about_one_pinned_for_nobody()
    {
        var brought = new XmlSigner { KeyInfo = $"<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{Convert.ToBase64String(XmlSigner.Rsa.RawData)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>" };
        var file = Transcripts.Sign(Transcripts.Of(Transcripts.Statistics), brought);
        TrustedIssuer For(string? organisation) => new(organisation is null ? null : OrganisationId.Parse(organisation), [], [XmlSigner.Rsa.RawData], "pinned file registrar.pem");
        Assert.Equal((Verdict.Accept, Transcripts.University), (Transcripts.Verify(file, For("uni-a.example")).Verdict, Transcripts.Verify(file, For("uni-a.example")).IssuerId));
        Assert.Equal([ReasonClass.IssuerBinding], Transcripts.Verify(file, For("uni-b.example")).Reasons.AsEnumerable());
        var nobodys = Transcripts.Verify(file, For(null));
        Assert.Equal(Verdict.Hold, nobodys.Verdict);
        Assert.Equal([ReasonClass.IssuerBinding], nobodys.Reasons.AsEnumerable());
    }

    [Fact]
    public void holds_sha_1_under_a_registered_key_and_refuses_it_otherwise()
    {
        var file = Transcripts.Sign(Transcripts.Of(Transcripts.Statistics), Sha1);
        var known = Transcripts.Verify(file);
        Assert.Equal((Verdict.Hold, "Statistics I"), (known.Verdict, known.Achievement!.Title.In("en")));
        Assert.Equal([ReasonClass.WeakAlgorithm], known.Reasons.AsEnumerable());
        Assert.False(CredentialSummary.Of(known).AllowsAutomaticGrant);
        var unknown = Transcripts.Verify(file, Seals.Member);
        Assert.Equal((Verdict.Reject, null), (unknown.Verdict, unknown.Achievement));
        Assert.Equal([ReasonClass.WeakAlgorithm], unknown.Reasons.AsEnumerable());
        var changed = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(file).Replace("6.000", "9.000", StringComparison.Ordinal));
        Assert.Equal([ReasonClass.ProofInvalid], Transcripts.Verify(changed).Reasons.AsEnumerable());
    }

    [Fact]
    public void takes_one_transcript_out_of_an_answer_of_ewp_and_no_more()
    {
        var elmo = Encoding.UTF8.GetString(Transcripts.Sign(Transcripts.Of(Transcripts.Statistics)));
        elmo = elmo[elmo.IndexOf("<elmo", StringComparison.Ordinal)..];
        CredentialReport Answer(string tors) => Transcripts.Verify(Encoding.UTF8.GetBytes($"<imobility-tors-get-response xmlns=\"https://github.com/erasmus-without-paper/ewp-specs-api-imobility-tors/blob/stable-v2/endpoints/get-response.xsd\">{tors}</imobility-tors-get-response>"));
        Assert.Equal(Verdict.Accept, Answer($"<tor>{elmo}</tor>").Verdict);
        Assert.Equal([ReasonClass.UnsupportedFormat], Answer($"<tor>{elmo}</tor><tor>{elmo}</tor>").Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.ProofInvalid], Answer($"<tor>{elmo.Replace("STAT-101", "STAT-102", StringComparison.Ordinal)}</tor>").Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.Malformed], Answer("<tor/>").Reasons.AsEnumerable());
    }

    [Fact]
    public void judges_its_dates()
    {
        Assert.Equal([ReasonClass.NotYetValid], Transcripts.Verify(Transcripts.Sign(Transcripts.Of(Transcripts.Statistics, issueDate: "2026-10-01T00:00:00Z"))).Reasons.AsEnumerable());
        var midnight = Transcripts.Verify(Transcripts.Sign(Transcripts.Of(Transcripts.Statistics.Replace("<date>2026-06-30</date>", "<date>2026-06-29T22:00:00Z</date>", StringComparison.Ordinal))));
        Assert.Contains("local midnight", midnight.Check(CheckKind.Plausibility).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void says_what_a_transcript_lacks()
    {
        var report = Transcripts.Verify(Transcripts.Sign(Transcripts.Of(Transcripts.Statistics.Replace("<credit><scheme>ECTS</scheme><value>6.000</value></credit>", "", StringComparison.Ordinal))));
        Assert.Equal(Verdict.Accept, report.Verdict);
        Assert.Equal(["M7"], report.MissingElements.AsEnumerable());
        Assert.False(CredentialSummary.Of(report).AllowsAutomaticGrant);
    }

    [Fact]
    public void refuses_more_reports_than_a_learner_has()
    {
        var elmo = Transcripts.Of(Transcripts.Statistics);
        var report = elmo[elmo.IndexOf("<report>", StringComparison.Ordinal)..(elmo.IndexOf("</report>", StringComparison.Ordinal) + 9)];
        CredentialReport With(int reports) => Transcripts.Verify(Transcripts.Sign(elmo.Replace(report, string.Concat(Enumerable.Repeat(report, reports)), StringComparison.Ordinal)));
        Assert.Equal((Verdict.Accept, 99), (With(100).Verdict, With(100).FurtherAchievements.Length));
        Assert.Equal([ReasonClass.Malformed], With(101).Reasons.AsEnumerable());
    }

    [Theory]
    [InlineData("""<!DOCTYPE elmo [<!ENTITY x SYSTEM "file:///etc/hostname">]><elmo>&x;</elmo>""")]
    [InlineData("<elmo><a></elmo>")]
    [InlineData("<elmo>&no;</elmo>")]
    public void refuses_documents_that_must_not_be_read(string xml) => Assert.Equal([ReasonClass.Malformed], Transcripts.Verify(Encoding.UTF8.GetBytes(xml)).Reasons.AsEnumerable());

    [Fact]
    public void refuses_deep_nesting_and_declarations_inside_a_packed_file()
    {
        Assert.Equal([ReasonClass.Malformed], Transcripts.Verify(Encoding.UTF8.GetBytes($"<elmo>{string.Concat(Enumerable.Repeat("<hasPart>", 70))}{string.Concat(Enumerable.Repeat("</hasPart>", 70))}</elmo>")).Reasons.AsEnumerable());
        var hidden = Transcripts.Pack(Encoding.UTF8.GetBytes("<elmo>" + new string(' ', 5000) + "</elmo><!DOCTYPE x>"));
        Assert.Equal([ReasonClass.Malformed], Transcripts.Verify(hidden).Reasons.AsEnumerable());
    }
}
