namespace MicroCreds.Console.Security;

/// <summary>Addresses a visitor may be sent back to.</summary>
internal static class LocalAddress
{
    /// <summary>Whether <paramref name="address"/> is a path of this console: browsers read <c>//host</c> and <c>/\host</c> as another site.</summary>
    public static bool IsLocal(string address) =>
        address is ['/', ..] && (address.Length == 1 || address[1] is not ('/' or '\\')) && !address.Any(char.IsControl);
}
