using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Errors;

namespace MicroCreds.Services.Paging;

/// <summary>Page sizes and tokens. A token holds the place of the last row shown, bound to the method and its filter by a digest, so that a token cannot wander to another query by mistake. It protects nothing secret.</summary>
public static class PageToken
{
    /// <summary>Rows of a page when none are asked.</summary>
    public const int DefaultSize = 50;

    /// <summary>Most rows of a page.</summary>
    public const int MaxSize = 1000;

    /// <summary>The size to use; null when the size asked is negative.</summary>
    public static int? Size(int asked) => asked switch { < 0 => null, 0 => DefaultSize, _ => Math.Min(asked, MaxSize) };

    /// <summary>A token for the place after which the next page starts.</summary>
    /// <param name="filter">Method and filter it belongs to, as one text.</param>
    /// <param name="position">Place, in a form only the method reads.</param>
    public static string Make(string filter, string position) =>
        Base64Url.EncodeToString([.. Binding(filter, position), .. Encoding.UTF8.GetBytes(position)]);

    /// <summary>The place a token holds; null for the first page.</summary>
    /// <exception cref="Grpc.Core.RpcException">PAGE_TOKEN_INVALID: the token belongs to another method or filter.</exception>
    public static string? Read(string token, string filter)
    {
        if (token.Length == 0) return null;
        if (token.Length <= 2048 && Base64Url.IsValid(token) && Base64Url.DecodeFromChars(token) is { Length: > BindingLength } bytes)
        {
            var place = Encoding.UTF8.GetString(bytes.AsSpan(BindingLength));
            if (CryptographicOperations.FixedTimeEquals(bytes.AsSpan(0, BindingLength), Binding(filter, place)))
                return place;
        }

        throw Problem.Of(ProblemCode.PageTokenInvalid, "The page token was not given for this filter; start from the first page.").ToRpcException();
    }

    private const int BindingLength = 16;

    private static byte[] Binding(string filter, string position) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"{filter}\n{position}"))[..BindingLength];
}
