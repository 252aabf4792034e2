// SPDX-FileCopyrightText: 2026 The Tertulia authors
// SPDX-License-Identifier: GPL-3.0-or-later

using System.Security.Cryptography;
using System.Text;
using Owin;

// What the server library expects of Microsoft.Owin.Security: protection of its tokens.
namespace Microsoft.Owin.Security.DataProtection;

public interface IDataProtector
{
    byte[] Protect(byte[] userData);
    byte[] Unprotect(byte[] protectedData);
}

public interface IDataProtectionProvider
{
    IDataProtector Create(params string[] purposes);
}

/// <summary>
/// AES-GCM under a key of this process; or under SIGNALR_KEY, so that a server started again knows its clients.
/// </summary>
public class DpapiDataProtectionProvider : IDataProtectionProvider
{
    static readonly byte[] master = Environment.GetEnvironmentVariable("SIGNALR_KEY") is { } key
        ? SHA256.HashData(Encoding.UTF8.GetBytes(key))
        : RandomNumberGenerator.GetBytes(32);

    public DpapiDataProtectionProvider() { }

    public DpapiDataProtectionProvider(string appName) { }

    public IDataProtector Create(params string[] purposes) =>
        new Protector(HMACSHA256.HashData(master, Encoding.UTF8.GetBytes(string.Join('\0', purposes))));

    /// <summary>Nonce, tag, ciphertext.</summary>
    sealed class Protector(byte[] key) : IDataProtector
    {
        const int NonceSize = 12, TagSize = 16, HeadSize = NonceSize + TagSize;

        public byte[] Protect(byte[] data)
        {
            var result = new byte[HeadSize + data.Length];
            RandomNumberGenerator.Fill(result.AsSpan(0, NonceSize));
            using var cipher = new AesGcm(key, TagSize);
            cipher.Encrypt(result.AsSpan(0, NonceSize), data, result.AsSpan(HeadSize), result.AsSpan(NonceSize, TagSize));
            return result;
        }

        public byte[] Unprotect(byte[] data)
        {
            var result = new byte[data.Length - HeadSize];
            using var cipher = new AesGcm(key, TagSize);
            cipher.Decrypt(data.AsSpan(0, NonceSize), data.AsSpan(HeadSize), data.AsSpan(NonceSize, TagSize), result);
            return result;
        }
    }
}

public static class AppBuilderExtensions
{
    static readonly DpapiDataProtectionProvider provider = new();

    public static IDataProtectionProvider GetDataProtectionProvider(this IAppBuilder app) => provider;
}
