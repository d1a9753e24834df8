using System.Text;
using MicroCreds.Credentials;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;
using MicroCreds.Tests.Credentials.XmlSignature;

namespace MicroCreds.Tests.Credentials.EdciXml;

public sealed class EdciTests
{
    internal const string Credential = """
        <europassCredential xmlns="http://data.europa.eu/snb" xmlns:cred="http://data.europa.eu/europass/model/credentials/w3c#" cred:id="urn:credential:1" xsdVersion="0.10.0">
          <type uri="http://data.europa.eu/snb/credential/e34929035b"><targetName><text lang="en">Generic</text></targetName></type>
          <cred:validFrom>2021-01-18T18:00:00+01:00</cred:validFrom><cred:issued>2021-01-28T13:20:16+01:00</cred:issued><cred:issuer idref="urn:epass:org:1"/>
          <title><text lang="en">Coordination</text></title>
          <credentialSubject id="urn:epass:person:1"><nationalId spatialID="ES">X1</nationalId><fullName><text lang="en">Ana Prueba</text></fullName><givenNames><text lang="en">Ana</text></givenNames><familyName><text lang="en">Prueba</text></familyName><dateOfBirth>2001-02-03</dateOfBirth>
            <achievements><learningAchievement id="urn:epass:learningAchievement:1"><title><text lang="en">Coordination of teams</text><text lang="es">Coordinación</text></title>
              <wasDerivedFrom id="urn:epass:assessment:1"><title><text lang="en">Portfolio</text></title><grade>Apto</grade>
                <idVerificationMethod uri="http://data.europa.eu/snb/supervision-verification/70be69aaf9"><targetName><text lang="en">Supervised with ID Verification</text></targetName></idVerificationMethod><specifiedBy idref="urn:epass:assessmentspec:1"/></wasDerivedFrom>
              <wasAwardedBy idref="urn:epass:awardingProcess:1"/><specifiedBy idref="urn:epass:learningSpecification:1"/>
              <hasPart><learningAchievement id="urn:epass:learningAchievement:2"><title><text lang="en">A part</text></title><wasAwardedBy idref="urn:epass:awardingProcess:1"/></learningAchievement></hasPart>
            </learningAchievement></achievements>
          </credentialSubject>
          <learningSpecificationReferences><learningSpecification id="urn:epass:learningSpecification:1"><identifier>CR/EST101</identifier><title><text lang="en">Coordination</text></title><iscedFCode uri="http://data.europa.eu/snb/isced-f/0923"/><volumeOfLearning>PT75H</volumeOfLearning><ectsCreditPoints>3</ectsCreditPoints>
            <hasEQFLevel uri="http://data.europa.eu/snb/eqf/6"><targetName><text lang="en">Level 6</text></targetName></hasEQFLevel><language uri="http://publications.europa.eu/resource/authority/language/SPA"><targetName><text lang="en">Spanish</text></targetName></language>
            <mode uri="http://data.europa.eu/snb/learning-assessment/e92d221e4d"><targetName><text lang="en">Blended</text></targetName></mode><learningSettingType uri="http://data.europa.eu/snb/learning-setting/e207a81fc7"><targetName><text lang="en">non-formal learning</text></targetName></learningSettingType>
            <learningOutcomes><learningOutcome idref="urn:epass:learningOutcome:1"/></learningOutcomes></learningSpecification></learningSpecificationReferences>
          <learningOutcomeReferences><learningOutcome id="urn:epass:learningOutcome:1"><prefLabel><text lang="es">Planifica turnos</text></prefLabel><relatedEscoSkill uri="http://data.europa.eu/esco/skill/ccdf3597-5c80-410f-896d-e1bdfa223de9"><targetName><text lang="en">plan</text></targetName></relatedEscoSkill></learningOutcome></learningOutcomeReferences>
          <assessmentSpecificationReferences><assessmentSpecification id="urn:epass:assessmentspec:1"><type uri="http://data.europa.eu/snb/assessment/4f03b91c0e"><targetName><text lang="en">portfolio</text></targetName></type></assessmentSpecification></assessmentSpecificationReferences>
          <awardingProcessReferences><awardingProcess id="urn:epass:awardingProcess:1"><awardingBody idref="urn:epass:org:1"/><date>2021-01-15T18:00:00+01:00</date></awardingProcess></awardingProcessReferences>
          <agentReferences><organization id="urn:epass:org:1"><registration spatialID="ES">VATES-G12345678</registration><prefLabel><text lang="es">Plataforma Voluntariado</text></prefLabel><homepage uri="https://voluntariado.example"/>
            <hasLocation><hasAddress><country uri="http://publications.europa.eu/resource/authority/country/ESP"><targetName><text lang="en">Spain</text></targetName></country></hasAddress></hasLocation></organization></agentReferences>
        </europassCredential>
        """;

    public static TheoryData<string> Spellings() => [XmlSigner.XPath, XmlSigner.Filter, XmlSigner.Enveloped];

    [Theory]
    [MemberData(nameof(Spellings))]
    public void accepts_and_maps_a_sealed_credential_and_leaves_it_to_a_person(string leaveOut)
    {
        var report = Verify(Sign(Credential, leaveOut));
        Assert.True(report.Verdict == Verdict.Accept, string.Join("\n", report.Checks));
        Assert.Equal((CredentialFormat.EdciXml, Seals.Voluntariado, Seals.Voluntariado), (report.Format, report.IssuerId, report.AwardingBodyId));
        Assert.False(CredentialSummary.Of(report).AllowsAutomaticGrant);
        Assert.Equal(("urn:credential:1", "national:ESP:X1", "Ana Prueba", new DateOnly(2001, 2, 3)), (report.CredentialId, report.Holder!.Identifier, report.Holder.FullName, report.Holder.BornOn));
        Assert.Contains("2026-06-30T10:00:00Z", report.Check(CheckKind.Seal).Evidence, StringComparison.Ordinal);
        Assert.Equal(["A part"], report.FurtherAchievements.Select(a => a.Title.In("en")));

        var achievement = report.Achievement!;
        Assert.Equal(("Coordination of teams", "Coordinación"), (achievement.Title.In("en"), achievement.Title.In("es")));
        Assert.Equal(["CR/EST101"], achievement.Codes.AsEnumerable());
        Assert.Equal((300, 4500, 6, "Apto"), (achievement.Credits!.Value.Hundredths, achievement.Volume!.Minutes, achievement.EqfLevel, achievement.Grade!.Label));
        Assert.Equal(new DateOnly(2021, 1, 15), achievement.AwardedOn);
        Assert.Equal([AssessmentType.Portfolio], achievement.AssessmentTypes.AsEnumerable());
        Assert.Equal([LearningMode.Blended], achievement.Modes.AsEnumerable());
        Assert.Equal((AssessmentSupervision.SupervisedWithIdentityVerification, LearningSetting.NonFormal), (achievement.Supervision, achievement.Setting));
        Assert.Equal(["0923"], achievement.IscedFields.AsEnumerable());
        Assert.Equal(["es"], achievement.Languages.AsEnumerable());
        Assert.Equal("Planifica turnos", achievement.Outcomes.Single().Title.In("es"));
        Assert.Equal(["http://data.europa.eu/esco/skill/ccdf3597-5c80-410f-896d-e1bdfa223de9"], achievement.Outcomes.Single().Skills.AsEnumerable());
        Assert.Equal(("Plataforma Voluntariado", "ESP"), (achievement.AwardingBodies.Single().LegalName.ToString(), achievement.AwardingBodies.Single().CountryCode));
    }

    [Fact]
    public void notices_every_changed_value()
    {
        var file = Sign(Credential, XmlSigner.XPath);
        var verifier = new CredentialVerifier([Seals.Member]);
        foreach (var (at, _) in XmlSealTests.Values(file).Where((_, number) => number % 3 == 0))
        {
            var changed = (byte[])file.Clone();
            changed[at] = changed[at] == (byte)'8' ? (byte)'9' : (byte)'8';
            Assert.True(verifier.Verify(changed, Seals.At).Verdict == Verdict.Reject, $"byte {at} was changed and not noticed");
        }
    }

    [Fact]
    public void knows_no_anchor_but_a_pinned_one()
    {
        var report = new CredentialVerifier([]).Verify(Sign(Credential, XmlSigner.XPath), Seals.At);
        Assert.Equal([ReasonClass.UntrustedIssuer], report.Reasons.AsEnumerable());
        Assert.Null(report.Achievement);
    }

    [Theory]
    [InlineData("VATES-G12345678", "VATES-G99999999", ReasonClass.IssuerBinding)]
    [InlineData("<ectsCreditPoints>3<", "<ectsCreditPoints>3,5<", ReasonClass.SchemaInvalid)]
    [InlineData("<cred:issued>2021-01-28T13:20:16+01:00</cred:issued>", "<cred:issued>2027-01-28T13:20:16+01:00</cred:issued>", ReasonClass.NotYetValid)]
    [InlineData("<cred:issued>", "<cred:expirationDate>2022-01-01T00:00:00Z</cred:expirationDate><cred:issued>", ReasonClass.Expired)]
    public void refuses_what_is_sealed_and_wrong(string from, string to, ReasonClass reason) =>
        Assert.Contains(reason, Verify(Sign(Credential.Replace(from, to, StringComparison.Ordinal), XmlSigner.XPath)).Reasons);

    [Fact]
    public void refuses_a_credential_without_a_seal_and_shows_it()
    {
        var report = Verify(Encoding.UTF8.GetBytes(Credential));
        Assert.Equal((Verdict.Reject, "Coordination of teams"), (report.Verdict, report.Achievement!.Title.In("en")));
        Assert.Equal([ReasonClass.NoProof], report.Reasons.AsEnumerable());
    }

    [Fact]
    public void reads_a_sealed_presentation_of_one_credential()
    {
        string Of(string inside) => $"<vp:verifiablePresentation xmlns:vp=\"http://data.europa.eu/europass/model/credentials/vp#\">{inside}</vp:verifiablePresentation>";
        Assert.Equal(Verdict.Accept, Verify(Sign(Of(Credential), XmlSigner.XPath)).Verdict);
        Assert.Equal([ReasonClass.UnsupportedFormat], Verify(Sign(Of(Credential + Credential), XmlSigner.XPath)).Reasons.AsEnumerable());
        // Sealed inside and shown by somebody: the seal covers a part.
        Assert.Equal([ReasonClass.UnsupportedProof], Verify(Encoding.UTF8.GetBytes(Of(Encoding.UTF8.GetString(Sign(Credential, XmlSigner.XPath))))).Reasons.AsEnumerable());
    }

    [Fact]
    public void finds_the_seal_in_the_proof_of_the_root()
    {
        var file = Encoding.UTF8.GetString(Sign(Credential, XmlSigner.XPath, "<proof>", "</proof>"));
        Assert.Contains("<proof><ds:Signature", file, StringComparison.Ordinal);
        Assert.Equal(Verdict.Accept, Verify(Encoding.UTF8.GetBytes(file)).Verdict);
        Assert.Equal([ReasonClass.UnsupportedProof], Verify(Encoding.UTF8.GetBytes(file.Replace("<proof>", "<proof><other/>", StringComparison.Ordinal))).Reasons.AsEnumerable());
    }

    [Theory]
    [InlineData("""<!DOCTYPE europassCredential [<!ENTITY x SYSTEM "file:///etc/hostname">]><europassCredential>&x;</europassCredential>""")]
    [InlineData("<europassCredential><a></europassCredential>")]
    public void refuses_documents_that_must_not_be_read(string xml) => Assert.Equal([ReasonClass.Malformed], Verify(Encoding.UTF8.GetBytes(xml)).Reasons.AsEnumerable());

    internal static byte[] Sealed() => Sign(Credential, XmlSigner.XPath);

    [Fact]
    public void reads_achievements_nested_as_deep_as_xml_may_be()
    {
        const string Part = "<hasPart><learningAchievement><title><text lang=\"en\">Part</text></title>";
        var nested = Credential.Replace("<hasPart>", string.Concat(Enumerable.Repeat(Part, 26)) + string.Concat(Enumerable.Repeat("</learningAchievement></hasPart>", 26)) + "<hasPart>", StringComparison.Ordinal);
        var report = Verify(Sign(nested, XmlSigner.XPath));
        Assert.Equal(27, report.FurtherAchievements.Length);
        Assert.Equal([ReasonClass.Malformed], Verify(Encoding.UTF8.GetBytes(Credential.Replace("<hasPart>", string.Concat(Enumerable.Repeat(Part, 30)) + string.Concat(Enumerable.Repeat("</learningAchievement></hasPart>", 30)) + "<hasPart>", StringComparison.Ordinal))).Reasons.AsEnumerable());
    }

    private static byte[] Sign(string xml, string leaveOut, string before = "", string after = "") => (XmlSigner.Sealing(Seals.Seal, Seals.Authority.Certificate) with { LeaveOut = leaveOut, Before = before, After = after }).Sign(xml);

    private static CredentialReport Verify(byte[] file) => Seals.Verify(file);
}
