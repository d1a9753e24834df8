using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using MicroCreds.Credentials.Status;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Checks;

/// <summary>
/// Revocation and suspension. Pointers are sought in the whole document, because real credentials keep them outside of
/// <c>credentialStatus</c>; every one found must be answered.
/// </summary>
internal static class StatusCheck
{
    private const string Model = "W3C Bitstring Status List 1.0; StatusList2021; Token Status List";

    // A credential has one or two; more would only make the lookup expensive.
    private const int MaxPointers = 16;

    public static VerificationCheck Make(JsonElement credential, IStatusListSource lists, DateTimeOffset at)
    {
        var found = new List<(string Path, JsonElement Entry)>();
        if (MayHoldPointers(credential)) Seek(credential, "$", found);
        if (found.Count == 0) return new(CheckKind.Status, CheckResult.Ok, ReasonClass.None, "No status pointer stands anywhere in the credential: its issuer cannot revoke it.", Model);
        if (found.Count > MaxPointers) return new(CheckKind.Status, CheckResult.Error, ReasonClass.StatusInvalid, $"More than {MaxPointers} status pointers.", Model);

        var judged = found.Select(f => Judge(f.Path, f.Entry, lists, at)).ToList();
        // The worst answer decides; an unanswered pointer never hides a revocation.
        return judged.Find(c => c.Reason == ReasonClass.Revoked) ?? judged.Find(c => c.Reason == ReasonClass.StatusInvalid)
            ?? judged.Find(c => c.Reason == ReasonClass.StatusUnavailable)
            ?? judged[0] with { Evidence = string.Join(" ", judged.Select(j => j.Evidence)) };
    }

    private static VerificationCheck Judge(string path, JsonElement entry, IStatusListSource lists, DateTimeOffset at)
    {
        if (entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("status_list", out var token) && token.ValueKind == JsonValueKind.Object)
            return Text(token, "uri") is { Length: > 0 } uri && long.TryParse(Text(token, "idx"), NumberStyles.None, CultureInfo.InvariantCulture, out var position)
                ? Ask(path, new(StatusPointer.Token, "revocation or suspension", uri, position), lists, at)
                : new(CheckKind.Status, CheckResult.Error, ReasonClass.StatusInvalid, $"{path}.status_list does not point into a list (idx, uri).", Model);
        // Entries of several bits carry messages; only one bit says revoked or not.
        if (entry.ValueKind == JsonValueKind.Object && Text(entry, "statusSize") is { } size && size != "1")
            return new(CheckKind.Status, CheckResult.Skipped, ReasonClass.StatusUnavailable, $"{path} points to a status of several bits, which this node cannot read.", Model) { Holds = true };
        if (entry.ValueKind != JsonValueKind.Object || Text(entry, "statusListCredential") is not { Length: > 0 } list)
            return new(CheckKind.Status, CheckResult.Skipped, ReasonClass.StatusUnavailable, $"{path} points to a status of a kind that this node cannot ask.", Model) { Holds = true };
        if (!long.TryParse(Text(entry, "statusListIndex"), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return new(CheckKind.Status, CheckResult.Error, ReasonClass.StatusInvalid, $"{path}.statusListIndex is not a whole number from 0.", Model);

        return Ask(path, new(Text(entry, "type") ?? "", Text(entry, "statusPurpose") ?? "", list, index), lists, at);
    }

    private static VerificationCheck Ask(string path, StatusPointer place, IStatusListSource lists, DateTimeOffset at)
    {
        var list = SignerCheck.Shown(place.List);
        var answer = lists.Ask(place, at);
        var about = lists.Describe(place, at) is { Length: > 0 } said ? $" {said}" : "";
        return answer switch
        {
            StatusAnswer.Clear => new(CheckKind.Status, CheckResult.Ok, ReasonClass.None, $"{path}: no {place.Purpose} in {list}.{about}", Model),
            StatusAnswer.Set => new(CheckKind.Status, CheckResult.Error, ReasonClass.Revoked, $"{path}: {place.Purpose} is set in {list}.{about}", Model),
            StatusAnswer.Invalid => new(CheckKind.Status, CheckResult.Error, ReasonClass.StatusInvalid, $"{path}: the list {list} is not in order.{about}", Model),
            _ => new(CheckKind.Status, CheckResult.Skipped, ReasonClass.StatusUnavailable, $"{path}: the list {list} is not at hand, so {place.Purpose} could not be ruled out.{about}", Model) { Holds = true },
        };
    }

    // Most credentials have none, and a look at the bytes is a hundred times cheaper than the walk. Letters spelt as escapes force the walk.
    private static bool MayHoldPointers(JsonElement credential)
    {
        var text = JsonMarshal.GetRawUtf8Value(credential);
        return text.IndexOf("tatus"u8) >= 0 || text.IndexOf("evocationList"u8) >= 0 || text.IndexOf("\\u"u8) >= 0;
    }

    private static void Seek(JsonElement element, string path, List<(string, JsonElement)> found)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            var at = 0;
            foreach (var entry in element.EnumerateArray()) Seek(entry, string.Create(CultureInfo.InvariantCulture, $"{path}[{at++}]"), found);
            return;
        }
        if (element.ValueKind != JsonValueKind.Object) return;
        foreach (var property in element.EnumerateObject())
        {
            // credentialStatus means status wherever it stands, and "status" at the top; deeper down "status" is a word of the model.
            var claims = property.Name == "credentialStatus" || (property.Name == "status" && path == "$");
            foreach (var (place, value) in Values(property.Value, $"{path}.{property.Name}"))
            {
                if (found.Count <= MaxPointers && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined) && (claims || IsEntry(value))) found.Add((place, value));
                else Seek(value, place, found);
            }
        }
    }

    private static IEnumerable<(string Path, JsonElement Value)> Values(JsonElement value, string path) => value.ValueKind == JsonValueKind.Array
        ? value.EnumerateArray().Select((v, at) => (string.Create(CultureInfo.InvariantCulture, $"{path}[{at}]"), v))
        : [(path, value)];

    private static bool IsEntry(JsonElement element) => element.ValueKind == JsonValueKind.Object
        && (element.TryGetProperty("statusListCredential", out _) || element.TryGetProperty("statusListIndex", out _) || element.TryGetProperty("status_list", out _)
            || element.TryGetProperty("revocationListCredential", out _)
            || (element.TryGetProperty("type", out var type) && type.ToString() is { } text && (text.Contains("StatusList", StringComparison.Ordinal) || text.Contains("RevocationList", StringComparison.Ordinal))));

    private static string? Text(JsonElement element, string name) => !element.TryGetProperty(name, out var member) ? null : member.ValueKind switch
    {
        JsonValueKind.String => member.GetString(),
        JsonValueKind.Number => member.GetRawText(),
        _ => null,
    };
}
