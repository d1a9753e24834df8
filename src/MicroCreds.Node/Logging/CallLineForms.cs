using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MicroCreds.Services;

namespace MicroCreds.Node.Logging;

/// <summary>
/// Lines of calls. Those of one caller, method and end differ in two numbers and nothing else: what stands between these is made once and copied then. They read like every other line.
/// </summary>
/// <param name="head">What every line of the log says between its time and its message.</param>
internal sealed class CallLineForms(ReadOnlyMemory<byte> head)
{
    private const int Places = 256, MaxNumber = 32;

    // By the identity of the two that are the same objects from call to call; whoever comes to a taken place takes it over.
    private readonly Form?[] _forms = new Form?[Places];

    /// <summary>Writes a line from its message on, to its end.</summary>
    internal void Write(LineBuffer line, in CallLine call)
    {
        ref var place = ref _forms[(uint)((RuntimeHelpers.GetHashCode(call.Method) * 31) + RuntimeHelpers.GetHashCode(call.Caller)) % Places];
        var form = place;
        if (form is null || !form.IsOf(call)) place = form = new(head.Span, call);
        Span<byte> number = stackalloc byte[MaxNumber];
        number = number[..Spell(call.ElapsedMilliseconds, number)];
        line.Append(form.UntilMessage);
        line.Append(number);
        line.Append(form.UntilState);
        line.Append(number);
        line.Append("}}\n"u8);
    }

    // What is a whole number of hundredths, as times of calls are, costs a tenth of the way by which any number is spelled, and reads the same.
    private static int Spell(double value, Span<byte> text)
    {
        var hundredths = (long)Math.Round(value * 100);
        if (value is < 0 or > 1e12 || hundredths / 100.0 != value)
        {
            value.TryFormat(text, out var all, provider: CultureInfo.InvariantCulture);
            return all;
        }

        var (whole, rest) = Math.DivRem(hundredths, 100);
        whole.TryFormat(text, out var length, provider: CultureInfo.InvariantCulture);
        if (rest == 0) return length;
        text[length++] = (byte)'.';
        text[length++] = (byte)('0' + (rest / 10));
        if (rest % 10 != 0) text[length++] = (byte)('0' + (rest % 10));
        return length;
    }

    private sealed class Form
    {
        private readonly CallLine _of;

        internal Form(ReadOnlySpan<byte> head, in CallLine of)
        {
            _of = of;
            UntilMessage = [.. head, .. Encoding.UTF8.GetBytes($"\"Message\":\"{Escaped($"{of.Method} by {of.Caller}: {of.Status} {of.Reason} in ")}")];
            UntilState = Encoding.UTF8.GetBytes(
                $$""" ms","State":{"Method":"{{Escaped(of.Method)}}","Caller":"{{Escaped(of.Caller)}}","Status":"{{Escaped(of.Status)}}","Reason":"{{Escaped(of.Reason)}}","ElapsedMilliseconds":""");
        }

        internal byte[] UntilMessage { get; }

        internal byte[] UntilState { get; }

        internal bool IsOf(in CallLine call) => ReferenceEquals(call.Method, _of.Method) && ReferenceEquals(call.Caller, _of.Caller) && call.Status == _of.Status && call.Reason == _of.Reason;

        private static string Escaped(string text) => JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();
    }
}
