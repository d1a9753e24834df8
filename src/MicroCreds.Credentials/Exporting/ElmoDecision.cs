using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Credentials.Exporting;

/// <summary>
/// A decision as ELMO 2.0 <c>resultOfRecognition</c>: what it is based on, what is granted, and which counts for which. Not signed: EMREX trusts
/// the channel. What ELMO has no element for (case, version, rule) stands in the document's extension. Source: ELMO schema v2.0.0.
/// </summary>
internal static class ElmoDecision
{
    /// <summary>Namespace of ELMO, of all versions since 1.0.</summary>
    public const string Elmo = "https://github.com/emrex-eu/elmo-schemas/tree/v1";

    /// <summary>Namespace of the extension.</summary>
    public const string Extension = "urn:microcreds:federation:v1:decision";

    /// <summary>The document, UTF-8.</summary>
    public static byte[] Write(EdcOrganisation institution, RecognitionCase c, Decision decision, RuleBook rules, DateTimeOffset at)
    {
        using var content = new MemoryStream();
        using (var xml = XmlWriter.Create(content, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, CheckCharacters = true }))
        {
            xml.WriteStartElement("elmo", Elmo);
            xml.WriteElementString("generatedDate", Elmo, Time(at));
            Learner(xml, c);
            xml.WriteStartElement("report", Elmo);
            Issuer(xml, ElmVocabulary.CountryAlpha2(institution.CountryCode), [("schac", institution.Domain.Value)], LocalisedText.Of(institution.LegalName), institution.HomePage);
            Result(xml, c, decision, rules);
            xml.WriteElementString("issueDate", Elmo, Time(decision.DecidedAt));
            xml.WriteEndElement();
            Own(xml, c, decision);
            xml.WriteEndElement();
        }
        return content.ToArray();
    }

    private static void Learner(XmlWriter xml, RecognitionCase c)
    {
        var learner = DecidedAchievements.LearnerOf(c);
        var full = learner?.FullName ?? "";
        xml.WriteStartElement("learner", Elmo);
        if (learner is not null && DecidedAchievements.IdentifierOf(learner) is { Length: > 0 } identifier) Typed(xml, "identifier", identifier.StartsWith("urn:schac:", StringComparison.OrdinalIgnoreCase) ? "esi" : "local", identifier);
        // Both names are demanded; where the source has only one, it stands whole as the family name.
        Token(xml, "givenNames", learner?.GivenName ?? "");
        Token(xml, "familyName", learner?.FamilyName ?? full);
        // The schema demands this element too, since 2.0.
        Token(xml, "alternativeName", full);
        if (learner?.BornOn is { } born) xml.WriteElementString("dateOfBirth", Elmo, Day(born));
        xml.WriteEndElement();
    }

    private static void Result(XmlWriter xml, RecognitionCase c, Decision decision, RuleBook rules)
    {
        var granted = DecisionDocuments.Granted(c, decision).ToImmutableArray();
        var lines = decision.Lines.Select((line, at) => (Line: line, Basis: string.Create(CultureInfo.InvariantCulture, $"basis-{at + 1}"))).ToImmutableArray();
        xml.WriteStartElement("resultOfRecognition", Elmo);
        Localised(xml, "title", LocalisedText.Of(string.Create(CultureInfo.InvariantCulture, $"Recognition decision {c.Application.Case}, version {decision.Version}"), "en"));
        Text(xml, "description", Describe(decision));
        xml.WriteElementString("status", Elmo, Status(decision, granted));
        xml.WriteElementString("decisionDate", Elmo, Day(RecognitionClock.DayOf(decision.DecidedAt)));
        foreach (var (line, basis) in lines) Basis(xml, c, line, basis);
        foreach (var unit in granted.GroupBy(line => line.Unit?.Value ?? "")) Granted(xml, [.. unit], rules, decision);
        foreach (var (line, basis) in lines.Where(l => granted.Contains(l.Line)))
        {
            xml.WriteStartElement("recognitionMapping", Elmo);
            xml.WriteStartElement("mapping", Elmo);
            Reference(xml, "fromMapping", basis);
            Reference(xml, "toMapping", line.Unit?.Value ?? "");
            xml.WriteEndElement();
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }

    // ELMO knows three results. What is granted only in part, in another place or on a condition is partly positive.
    private static string Status(Decision decision, ImmutableArray<DecisionLine> granted) =>
        decision.Outcome == DecisionOutcome.Refused ? "Negative"
        : decision.Outcome == DecisionOutcome.Full && granted.Length == decision.Lines.Length ? "Positive"
        : "Partially Positive";

    private static string Describe(Decision decision)
    {
        var text = new StringBuilder($"Decided by: {decision.Authority}\nLegal basis: {decision.LegalBasis}\n");
        foreach (var reason in decision.Reasons) text.Append(CultureInfo.InvariantCulture, $"Reason: {Word(reason.Code)}{(reason.Text.Length > 0 ? $": {reason.Text}" : "")}\n");
        if (decision.Condition.Length > 0) text.Append(CultureInfo.InvariantCulture, $"Condition: {decision.Condition}{(decision.ConditionDueOn is { } due ? $" (by {due:yyyy-MM-dd})" : "")}\n");
        return text.Append(CultureInfo.InvariantCulture, $"Appeal: {decision.AppealBody}, until {decision.AppealUntil:yyyy-MM-dd}").ToString();
    }

    private static void Basis(XmlWriter xml, RecognitionCase c, DecisionLine line, string id)
    {
        var original = DecidedAchievements.Of(c, line);
        var body = original?.AwardingBodies.FirstOrDefault();
        xml.WriteStartElement("recognitionBasis", Elmo);
        xml.WriteStartElement("recognitionReport", Elmo);
        Issuer(xml, ElmVocabulary.CountryAlpha2(body?.CountryCode ?? ""), IdentifiersOf(body, line), body?.LegalName ?? LocalisedText.Of(line.AwardingBody?.Value ?? ""), body?.HomePages.FirstOrDefault() ?? "");
        xml.WriteStartElement("learningOpportunitySpecification", Elmo);
        Typed(xml, "identifier", "local", id);
        Typed(xml, "identifier", "credential-sha256", line.Credential.Value);
        foreach (var code in original?.Codes ?? []) Typed(xml, "identifier", "code", code);
        Localised(xml, "title", original?.Title ?? LocalisedText.Of(line.AchievementTitle));
        if (original?.IscedFields.FirstOrDefault() is { } field) xml.WriteElementString("iscedCode", Elmo, field);
        foreach (var outcome in original?.Outcomes ?? []) Localised(xml, "description", outcome.Title);
        Instance(xml, original?.AwardedOn, StatusOf(original), line.ClaimedGrade, line.ClaimedCredits, line.ClaimedEqfLevel);
        xml.WriteEndElement();
        xml.WriteElementString("issueDate", Elmo, Time(c.Reports.FirstOrDefault(r => r.Digest == line.Credential)?.IssuedAt ?? c.Application.SubmittedAt));
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void Granted(XmlWriter xml, ImmutableArray<DecisionLine> lines, RuleBook rules, Decision decision)
    {
        var code = lines[0].Unit ?? throw new InvalidOperationException("A granted line names its unit.");
        var unit = rules.Unit(code);
        xml.WriteStartElement("recognitionResult", Elmo);
        xml.WriteStartElement("learningOpportunitySpecification", Elmo);
        Typed(xml, "identifier", "local", code.Value);
        Localised(xml, "title", unit?.Title ?? LocalisedText.Of(code.Value));
        Instance(xml, RecognitionClock.DayOf(decision.DecidedAt), "passed", lines.Select(l => l.GrantedGrade).FirstOrDefault(g => g.Length > 0) ?? "", EctsCredits.FromHundredths(lines.Sum(l => l.GrantedCredits.Hundredths)), unit?.EqfLevel);
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void Instance(XmlWriter xml, DateOnly? date, string status, string grade, EctsCredits? credits, int? level)
    {
        xml.WriteStartElement("specifies", Elmo);
        xml.WriteStartElement("learningOpportunityInstance", Elmo);
        if (date is { } day && day != default) xml.WriteElementString("date", Elmo, Day(day));
        xml.WriteElementString("status", Elmo, status);
        if (grade.Length > 0) Token(xml, "resultLabel", grade);
        if (credits is { } amount)
        {
            xml.WriteStartElement("credit", Elmo);
            xml.WriteElementString("scheme", Elmo, "ects");
            xml.WriteElementString("value", Elmo, amount.ToString());
            xml.WriteEndElement();
        }
        if (level is { } eqf)
        {
            xml.WriteStartElement("level", Elmo);
            xml.WriteElementString("type", Elmo, "EQF");
            xml.WriteElementString("value", Elmo, eqf.ToString(CultureInfo.InvariantCulture));
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static string StatusOf(Achievement? achievement) => achievement?.Status switch
    {
        ResultStatus.Failed => "failed",
        ResultStatus.InProgress => "in-progress",
        _ => "passed",
    };

    private static void Own(XmlWriter xml, RecognitionCase c, Decision decision)
    {
        xml.WriteStartElement("extension", Elmo);
        xml.WriteStartElement("decision", Extension);
        xml.WriteAttributeString("institution", c.Application.Institution.Value);
        xml.WriteAttributeString("case", c.Application.Case.Value);
        xml.WriteAttributeString("version", decision.Version.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("outcome", Word(decision.Outcome));
        xml.WriteAttributeString("track", Word(decision.Track));
        if (decision.Rule is { } rule) xml.WriteAttributeString("rule", rule.Value);
        xml.WriteAttributeString("table", decision.Table.Value);
        xml.WriteAttributeString("tableVersion", decision.TableVersion.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("tableDigest", decision.TableDigest.Value);
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static ImmutableArray<(string Type, string Value)> IdentifiersOf(CredentialOrganisation? body, DecisionLine line)
    {
        var stated = (body?.Identifiers ?? []).Select(i => (i[..i.IndexOf(':', StringComparison.Ordinal)], i[(i.IndexOf(':', StringComparison.Ordinal) + 1)..])).ToImmutableArray();
        return !stated.IsEmpty ? stated : [line.AwardingBody is { } member ? ("schac", member.Value) : ("local", body?.Id ?? "")];
    }

    private static void Issuer(XmlWriter xml, string country, ImmutableArray<(string Type, string Value)> identifiers, LocalisedText name, string url)
    {
        xml.WriteStartElement("issuer", Elmo);
        // The schema's list is ISO 3166-1 alpha-2.
        if (country.Length == 2) xml.WriteElementString("country", Elmo, country);
        foreach (var (type, value) in identifiers) Typed(xml, "identifier", type, value);
        Localised(xml, "title", name);
        Token(xml, "url", url);
        xml.WriteEndElement();
    }

    private static void Reference(XmlWriter xml, string element, string id)
    {
        xml.WriteStartElement(element, Elmo);
        xml.WriteElementString("ref", Elmo, id);
        xml.WriteEndElement();
    }

    private static void Typed(XmlWriter xml, string element, string type, string value)
    {
        xml.WriteStartElement(element, Elmo);
        xml.WriteAttributeString("type", Clean(type, oneLine: true));
        xml.WriteString(Clean(value, oneLine: true));
        xml.WriteEndElement();
    }

    private static void Localised(XmlWriter xml, string element, LocalisedText text)
    {
        if (text.ByLanguage.Count == 0) Token(xml, element, "");
        foreach (var (language, words) in text.ByLanguage)
        {
            xml.WriteStartElement(element, Elmo);
            if (language != "und") xml.WriteAttributeString("xml", "lang", null, language);
            xml.WriteString(Clean(words, oneLine: true));
            xml.WriteEndElement();
        }
    }

    private static void Token(XmlWriter xml, string element, string text) => xml.WriteElementString(element, Elmo, Clean(text, oneLine: true));

    private static void Text(XmlWriter xml, string element, string text) => xml.WriteElementString(element, Elmo, Clean(text, oneLine: false));

    // XML 1.0, 2.2: some characters that credentials and officers may write cannot stand in XML at all.
    private static string Clean(string text, bool oneLine)
    {
        var cleaned = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            cleaned.Append(rune.Value is '\n' or '\t' ? (oneLine ? " " : rune.ToString()) : rune.Value >= 0x20 && (rune.Value > 0xFFFF || XmlConvert.IsXmlChar((char)rune.Value)) ? rune.ToString() : "\uFFFD");
        return oneLine ? cleaned.ToString().Trim() : cleaned.ToString();
    }

    private static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
