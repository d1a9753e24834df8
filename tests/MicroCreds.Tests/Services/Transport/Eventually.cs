using System.Runtime.CompilerServices;

namespace MicroCreds.Tests.Services.Transport;

/// <summary>Waits for what other threads do.</summary>
internal static class Eventually
{
    /// <summary>Waits until something is so; a test in which it never is fails and says what it was.</summary>
    public static Task TrueAsync(Func<bool> what, [CallerArgumentExpression(nameof(what))] string said = "") => TrueAsync(() => Task.FromResult(what()), said);

    /// <summary>As above, for something that is asked.</summary>
    public static async Task TrueAsync(Func<Task<bool>> what, [CallerArgumentExpression(nameof(what))] string said = "")
    {
        for (var i = 0; !await what(); i++)
        {
            Assert.True(i < 10_000, $"Waited in vain: {said}");
            await Task.Delay(1);
        }
    }
}
